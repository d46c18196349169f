/* What the toolbar, the keys and others put into the text. Everything goes through `insert`, which keeps the undo. */
type Format = { before: string; after: string; sample: string; perLine?: boolean; block?: boolean };

const formats: Record<string, Format> = {
  heading: { before: "## ", after: "", sample: "Heading", perLine: true },
  bold: { before: "**", after: "**", sample: "bold" },
  italic: { before: "_", after: "_", sample: "italic" },
  link: { before: "[", after: "](https://)", sample: "text" },
  image: { before: "![", after: "](https://)", sample: "what it shows" },
  quote: { before: "> ", after: "", sample: "quote", perLine: true },
  code: { before: "`", after: "`", sample: "code" },
  fence: { before: "```\n", after: "\n```", sample: "code", block: true },
  list: { before: "- ", after: "", sample: "item", perLine: true },
  numbered: { before: "1. ", after: "", sample: "item", perLine: true },
  task: { before: "- [ ] ", after: "", sample: "to do", perLine: true },
  table: { before: "| ", after: " | Second |\n| --- | --- |\n| one | two |", sample: "First", block: true },
  spoiler: { before: "||", after: "||", sample: "hidden until asked for" },
  poll: { before: ":::poll ", after: "\n- First\n- Second\n:::", sample: "Which one?", block: true },
  hide: { before: ":::spoiler Title\n", after: "\n:::", sample: "hidden until asked for", block: true },
};
/** What a format becomes where the selection has several lines. */
const ofLines: Record<string, string> = { code: "fence", spoiler: "hide" };

export function apply(text: HTMLTextAreaElement, name: string): void {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  const format = formats[(chosen.includes("\n") && ofLines[name]) || name];
  if (!format) return;
  const inner = chosen || format.sample;
  const body = format.perLine ? inner.split("\n").join(`\n${format.before}`) : inner;
  const startsLine = start === 0 || value[start - 1] === "\n";
  const opening = (format.perLine || format.block) && !startsLine ? `\n${format.before}` : format.before;
  insert(text, opening + body + format.after);
  text.setSelectionRange(start + opening.length, start + opening.length + body.length);
}

/** In the place of the selection. insertText keeps the browser's undo; where it is refused undo starts anew. */
export function insert(text: HTMLTextAreaElement, words: string): void {
  const { selectionStart: start, selectionEnd: end } = text;
  text.focus();
  const command = words ? "insertText" : "delete";
  if ((!words && start === end) || document.execCommand(command, false, words)) return;
  text.setRangeText(words, start, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The same for a stretch that is not selected yet. */
export function replace(text: HTMLTextAreaElement, start: number, end: number, words: string): void {
  text.focus();
  text.setSelectionRange(start, end);
  insert(text, words);
}

/** Whether the place stands between two fences. */
export function isInCode(text: string, at: number): boolean {
  return (text.slice(0, at).match(/^ {0,3}(```|~~~)/gm)?.length ?? 0) % 2 === 1;
}
