/* Quoting what is selected in a post: a button beside the selection, or the key q, puts it into the answer being written. */
import { isSingleKey } from "../keyboard";
import { said } from "../words";
import { insert } from "./formats";

const SETTLED = 250;

export function startQuoting(editor: HTMLElement, text: HTMLTextAreaElement): void {
  if (!document.querySelector(".thread") || editor.closest(".thread")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--plain button--small quote-it";
  button.textContent = said("Quote what is selected");
  button.hidden = true;
  document.body.append(button);

  let soon = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(soon);
    if (!selected()) button.hidden = true;
    else soon = window.setTimeout(() => place(button), SETTLED);
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // else the press takes the selection away
  button.addEventListener("click", () => quote(text, button));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "q" || !isSingleKey(event) || !selected()) return;
    event.preventDefault();
    quote(text, button);
  });
}

type Selected = { words: string; post: HTMLElement; box: DOMRect };

function selected(): Selected | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const prose = elementOf(range.commonAncestorContainer)?.closest<HTMLElement>(".thread .post .prose");
  const post = prose?.closest<HTMLElement>(".post");
  const words = selection.toString().trim();
  return post && words ? { words, post, box: range.getBoundingClientRect() } : null;
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement;
}

function place(button: HTMLButtonElement): void {
  const found = selected();
  button.hidden = !found;
  if (!found) return;
  const start = Math.min(found.box.left, innerWidth - button.offsetWidth - 8);
  button.style.translate = `${scrollX + Math.max(8, start)}px ${scrollY + found.box.bottom + 8}px`;
}

function quote(text: HTMLTextAreaElement, button: HTMLButtonElement): void {
  const found = selected();
  if (!found) return;
  const name = found.post.querySelector(".byline__name")?.textContent?.trim() ?? "";
  const path = `/posts/${found.post.id.replace("post-", "")}`;
  const lines = found.words.split("\n").map((line) => `> ${literal(line)}`.trimEnd());
  const before = text.value && !text.value.endsWith("\n\n") ? (text.value.endsWith("\n") ? "\n" : "\n\n") : "";
  text.setSelectionRange(text.value.length, text.value.length);
  insert(text, `${before}> [${literal(name)}](${path}) wrote:\n>\n${lines.join("\n")}\n\n`);
  getSelection()?.removeAllRanges();
  button.hidden = true;
  text.scrollIntoView({ block: "center" });
  text.focus();
}

/** What was read as plain text is written as plain text: no mention, no markup. */
function literal(words: string): string {
  return words.replace(/[\\`*[\]<>~|@]|(?<!\w)_|_(?!\w)|^#/g, "\\$&");
}
