/* The review queue by keyboard: a keeps, h hides, d dismisses the item one is on, r opens what its author is told, u undoes a
   decision. Without this script every button works by itself. After a decision the next item that waits is the one one is on. */
import { isSingleKey } from "../keyboard";

const list = document.querySelector<HTMLElement>("[data-reviewing]");

if (list) {
  document.addEventListener("keydown", (event) => {
    if (isSingleKey(event) && answer(event.key)) event.preventDefault();
  });
  list.addEventListener("htmx:afterSwap", () => goOn(list));
}

/** Whether the key meant something for the item one is on. */
function answer(key: string): boolean {
  const here = list?.querySelector<HTMLElement>("[data-row].is-here, [data-row]:focus-within");
  if (!here) return false;
  if (key === "r") return tell(here);
  const button = here.querySelector<HTMLButtonElement>(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return button !== null;
}

function tell(here: HTMLElement): boolean {
  const details = here.querySelector("details");
  if (!details) return false;
  details.open = true;
  details.querySelector<HTMLElement>("select, textarea")?.focus();
  return true;
}

/** To the item after the one just decided, else to the first that still waits, else to the undo of the last. */
function goOn(from: HTMLElement): void {
  const rows = [...from.querySelectorAll<HTMLElement>("[data-row]")];
  const decided = rows.findIndex((row) => row.matches("[data-decided]") && !row.dataset.passed);
  for (const row of from.querySelectorAll<HTMLElement>("[data-decided]")) row.dataset.passed = "1";
  const waiting = (row: HTMLElement) => !row.matches("[data-decided]");
  const next = rows.slice(decided + 1).find(waiting) ?? rows.find(waiting) ?? rows[decided];
  for (const row of rows) row.classList.toggle("is-here", row === next);
  next?.querySelector<HTMLElement>("[data-open]")?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
