"""The desk as a whole: its views, many tickets at once, teams, saved views; and the same for programs."""
