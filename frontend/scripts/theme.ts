/* Runs before the first paint, so that a chosen scheme never flashes the other one. Kept tiny: it blocks the page. */
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be refused (private windows, policies): the system's scheme is then the right one.
}
