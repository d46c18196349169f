/* Answers while something is typed. The newest text wins: an older request is cut off, and its answer never shown. */
import type { Found } from "./api";

/** As the longest text the server reads. */
const MOST_CHARACTERS = 2_000;
const PAUSE = 250;

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Look each time the typing pauses. `show` gets null for too little text; `find` may fail: then what stands there stays. */
export function lookWhileTyping(
  fields: readonly Field[],
  fewest: number,
  find: (text: string, signal: AbortSignal) => Promise<Found>,
  show: (found: Found | null, text: string) => void,
): () => void {
  let looking = new AbortController();
  let pause = 0;
  const look = () => {
    const text = fields.map((field) => field.value.trim()).join("\n").trim().slice(0, MOST_CHARACTERS);
    if (text.length < fewest) return show(null, text);
    const { signal } = looking;
    find(text, signal).then(
      (found) => signal.aborted || show(found, text),
      () => {},
    );
  };
  const begin = (wait: number) => {
    clearTimeout(pause);
    looking.abort();
    looking = new AbortController();
    pause = window.setTimeout(look, wait);
  };
  for (const field of fields) field.addEventListener("input", () => begin(PAUSE));
  return () => begin(0);
}
