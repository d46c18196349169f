"""Articles that do not hold any more, by evidence: what readers, agents, newer answers, shipped fixes and new questions tell."""
