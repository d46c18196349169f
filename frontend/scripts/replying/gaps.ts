/* What inserted texts leave to fill in stands in the reply as `[its name]`. Tab goes from one to the next, the line below the reply
   names those that are left, and the form carries their names, so that the server names them, too, before anything is sent. */
import { said } from "../words";

export function startGaps(text: HTMLTextAreaElement): void {
  let leaves = false;
  text.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && isPlain(event) && !leaves && chooseNext(text, text.selectionEnd)) event.preventDefault();
    // Escape, then Tab: the way out for who walks by the keyboard (WCAG 2.1.2).
    leaves = event.key === "Escape";
  });
  text.addEventListener("input", () => tell(text));
  tell(text);
}

/** Remembers the gaps of a text that was just inserted at `start`, and chooses the first. */
export function addGaps(text: HTMLTextAreaElement, gaps: string[], start: number): void {
  const place = placeOf(text);
  const known = new Set(namesOf(text));
  for (const name of gaps) {
    if (known.has(name)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "gap", value: name });
    place?.append(field);
  }
  tell(text);
  if (gaps.length) chooseNext(text, start);
}

/** Whether there was one behind the place. */
function chooseNext(text: HTMLTextAreaElement, from: number): boolean {
  const found = namesOf(text)
    .map((name) => ({ at: text.value.indexOf(`[${name}]`, from), length: name.length + 2 }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)[0];
  if (found) text.setSelectionRange(found.at, found.at + found.length);
  return found !== undefined;
}

function tell(text: HTMLTextAreaElement): void {
  const line = placeOf(text)?.querySelector<HTMLElement>("[data-gaps-left]");
  if (!line) return;
  const left = namesOf(text).filter((name) => text.value.includes(`[${name}]`));
  const words = left.length ? said("Still to fill in: {names}", { names: left.join(", ") }) : "";
  if (line.textContent !== words) line.textContent = words;
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.defaultPrevented && !event.isComposing && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
}

function namesOf(text: HTMLTextAreaElement): string[] {
  return [...(placeOf(text)?.querySelectorAll<HTMLInputElement>("[name=gap]") ?? [])].map((field) => field.value);
}

function placeOf(text: HTMLTextAreaElement): HTMLElement | null {
  return text.form?.querySelector<HTMLElement>("[data-gaps]") ?? null;
}
