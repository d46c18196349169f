/* The Markdown editor: a toolbar over a plain textarea and a preview that the server renders, so that what is shown is
   what will be stored. */
import { csrfHeaders } from "../csrf";

type Format = { before: string; after: string; sample: string; perLine?: boolean };

const formats: Record<string, Format> = {
  bold: { before: "**", after: "**", sample: "bold" },
  italic: { before: "_", after: "_", sample: "italic" },
  link: { before: "[", after: "](https://)", sample: "text" },
  quote: { before: "> ", after: "", sample: "quote", perLine: true },
  code: { before: "`", after: "`", sample: "code" },
  list: { before: "- ", after: "", sample: "item", perLine: true },
};
const fence: Format = { before: "```\n", after: "\n```", sample: "code" };
const keysOf: Record<string, string> = { b: "bold", i: "italic", k: "link" };
/** A pause in typing, long enough that a sentence costs one rendering. */
const PAUSE = 350;

export function startEditors(root: ParentNode = document): void {
  for (const editor of root.querySelectorAll<HTMLElement>("[data-editor]:not([data-ready])")) start(editor);
}

function start(editor: HTMLElement): void {
  const text = editor.querySelector("textarea");
  const bar = editor.querySelector<HTMLElement>("[role=toolbar]");
  if (!text || !bar) return;
  editor.dataset.ready = "";
  bar.hidden = false;
  bar.addEventListener("click", ({ target }) => {
    const name = (target as Element).closest<HTMLElement>("[data-format]")?.dataset.format;
    if (name) apply(text, name);
  });
  text.addEventListener("keydown", (event) => shortcut(event, text));
  startPreview(editor, text);
}

function shortcut(event: KeyboardEvent, text: HTMLTextAreaElement): void {
  if (!event.ctrlKey && !event.metaKey) return;
  if (event.key === "Enter") text.form?.requestSubmit();
  const name = keysOf[event.key];
  if (!name || event.shiftKey || event.altKey) return;
  event.preventDefault();
  apply(text, name);
}

function apply(text: HTMLTextAreaElement, name: string): void {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  const format = name === "code" && chosen.includes("\n") ? fence : formats[name];
  if (!format) return;
  const inner = chosen || format.sample;
  const body = format.perLine ? inner.replaceAll("\n", `\n${format.before}`) : inner;
  const opening = format.perLine && start > 0 && value[start - 1] !== "\n" ? `\n${format.before}` : format.before;
  text.focus();
  // insertText keeps the browser's undo; where it is refused the text is set and undo starts anew.
  if (!document.execCommand("insertText", false, opening + body + format.after)) {
    text.setRangeText(opening + body + format.after, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(start + opening.length, start + opening.length + body.length);
}

function startPreview(editor: HTMLElement, text: HTMLTextAreaElement): void {
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
      pane.innerHTML = await answer.text();
    } catch {
      if (!mine.signal.aborted) pane.textContent = "The preview is not available just now. Your text is safe.";
    }
  };
}
