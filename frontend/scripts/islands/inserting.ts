/* Beside a ticket: a press or a key puts an answer at the cursor of the reply, where the browser's undo takes it out again. A request
   that fails becomes the plain form's, which brings the page back with the answer below what was typed. */
import { csrfHeaders } from "../csrf";
import { isSingleKey } from "../keyboard";
import { said } from "../words";

type Taken = { text: string; gaps: string[] };

const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-inserts]")];
const status = document.querySelector<HTMLElement>("[data-offers-said]");

for (const button of buttons) {
  button.addEventListener("click", (event) => {
    const text = button.form?.querySelector<HTMLTextAreaElement>("[data-editor] textarea");
    if (!text || button.dataset.plain !== undefined) return;
    event.preventDefault();
    void insert(button, text);
  });
}

document.addEventListener("keydown", (event) => {
  if (!isSingleKey(event)) return;
  const button = buttons.find((one) => one.dataset.inserts === event.key);
  if (!button) return;
  event.preventDefault();
  button.click();
});

async function insert(button: HTMLButtonElement, text: HTMLTextAreaElement): Promise<void> {
  button.disabled = true;
  try {
    const headers = { ...csrfHeaders(), Accept: "application/json" };
    const answer = await fetch(button.formAction, { method: "POST", headers });
    if (!answer.ok) throw new Error(`${answer.status}`);
    put(text, (await answer.json()) as Taken);
    if (status) status.textContent = said("Inserted. Undo takes it out again.");
  } catch {
    button.disabled = false;
    button.dataset.plain = "";
    button.click();
  }
  button.disabled = false;
}

/** In paragraphs of its own; the first gap is selected, to be written over. */
function put(text: HTMLTextAreaElement, taken: Taken): void {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const [head, tail] = [value.slice(0, start), value.slice(end)];
  const before = head.trim() ? missing(/\n*$/.exec(head)) : "";
  const after = tail.trim() ? missing(/^\n*/.exec(tail)) : "";
  const words = before + taken.text.trim() + after;
  text.closest("[data-editor]")?.dispatchEvent(new CustomEvent("editor:insert", { detail: { text: words } }));
  const gap = taken.gaps[0] ? `[${taken.gaps[0]}]` : "";
  const at = gap ? text.value.indexOf(gap, start) : -1;
  if (at >= 0) text.setSelectionRange(at, at + gap.length);
}

/** What a blank line still lacks beside the line breaks that are there. */
function missing(there: RegExpExecArray | null): string {
  return "\n".repeat(Math.max(0, 2 - (there?.[0].length ?? 0)));
}
