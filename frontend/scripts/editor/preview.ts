/* The preview is drawn by the server, so that what is shown is what will be stored: beside the text where there is room,
   in its place on a phone. */
import { csrfHeaders } from "../csrf";

/** A pause in typing, long enough that a sentence costs one rendering. */
const PAUSE = 350;

export function startPreview(editor: HTMLElement, text: HTMLTextAreaElement): void {
  const button = editor.querySelector<HTMLButtonElement>("[data-preview]");
  const pane = editor.querySelector<HTMLElement>(".editor__preview");
  const frame = editor.querySelector(".editor__frame");
  const address = editor.dataset.editor;
  if (!button || !pane || !address) return;
  let timer = 0;
  const draw = previewer(address, text, pane);
  button.addEventListener("click", () => {
    pane.hidden = !pane.hidden;
    button.setAttribute("aria-pressed", String(!pane.hidden));
    frame?.classList.toggle("editor--beside", !pane.hidden);
    if (!pane.hidden) void draw();
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    if (!pane.hidden) timer = window.setTimeout(() => void draw(), PAUSE);
  });
}

/** Draws the newest text; a slower, older answer never overwrites it. The HTML is the server's, cleaned by its last gate. */
function previewer(address: string, text: HTMLTextAreaElement, pane: HTMLElement): () => Promise<void> {
  let running: AbortController | null = null;
  return async () => {
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const body = new URLSearchParams({ text: text.value });
      const answer = await fetch(address, { method: "POST", body, signal: mine.signal, headers: csrfHeaders() });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (!mine.signal.aborted) pane.innerHTML = html;
    } catch {
      if (!mine.signal.aborted) pane.textContent = "The preview is not available just now. Your text is safe.";
    }
  };
}
