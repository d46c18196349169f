/* Asking the server for a text and putting it at the cursor of the reply, where the browser's undo takes it out again. */
import { csrfHeaders } from "../csrf";
import { addBoxes, type Box } from "./along";
import { addGaps } from "./gaps";

type Taken = { text: string; gaps: string[]; along: Box[] };

/** Raises where the server has no such text or cannot be reached. */
export async function take(text: HTMLTextAreaElement, address: string, body?: URLSearchParams): Promise<void> {
  const headers = { ...csrfHeaders(), Accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, ...(body && { body }) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  put(text, (await answer.json()) as Taken);
}

/** In paragraphs of its own; the first gap is selected, to be written over. */
function put(text: HTMLTextAreaElement, taken: Taken): void {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const [head, tail] = [value.slice(0, start), value.slice(end)];
  const before = head.trim() ? missing(/\n*$/.exec(head)) : "";
  const after = tail.trim() ? missing(/^\n*/.exec(tail)) : "";
  const words = before + taken.text.trim() + after;
  text.closest("[data-editor]")?.dispatchEvent(new CustomEvent("editor:insert", { detail: { text: words } }));
  addBoxes(text, taken.along);
  addGaps(text, taken.gaps, start);
}

/** What a blank line still lacks beside the line breaks that are there. */
function missing(there: RegExpExecArray | null): string {
  return "\n".repeat(Math.max(0, 2 - (there?.[0].length ?? 0)));
}
