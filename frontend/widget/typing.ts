/* Answers while a question is typed. The newest text wins: an older request is cut off, and its answer never shown. */
import type { Answer, Found } from "./api";

/** As the longest text the server reads. */
const MOST_CHARACTERS = 2_000;
const PAUSE = 250;
const FEWEST_CHARACTERS = 8;

/** Look each time the typing pauses. `find` may fail: then what stands there stays, and typing goes on. */
export function suggestWhileTyping(
  fields: readonly (HTMLInputElement | HTMLTextAreaElement)[],
  find: (text: string, signal: AbortSignal) => Promise<Found>,
  show: (answers: Answer[]) => void,
): void {
  let looking = new AbortController();
  let pause = 0;
  const look = () => {
    const text = fields.map((field) => field.value.trim()).join("\n").trim().slice(0, MOST_CHARACTERS);
    if (text.length < FEWEST_CHARACTERS) return show([]);
    const { signal } = looking;
    find(text, signal).then(
      (found) => signal.aborted || show(found.answers),
      () => {},
    );
  };
  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(pause);
      looking.abort();
      looking = new AbortController();
      pause = window.setTimeout(look, PAUSE);
    });
  }
}
