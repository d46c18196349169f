/* Keys in the text: shortcuts, the next item of a list, Tab within code, and an address pasted over words. */
import { apply, insert, isInCode, replace } from "./formats";

const shortcuts: Record<string, string> = { KeyB: "bold", KeyI: "italic", KeyK: "link", KeyE: "code" };
const withShift: Record<string, string> = { Digit7: "numbered", Digit8: "list" };
const ITEM = /^(\s*(?:> ?)*)([-*+]|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s+)?/;
const ADDRESS = /^https?:\/\/\S+$/i;

export function startKeys(text: HTMLTextAreaElement): void {
  let leaves = false;
  text.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (format(event, text) || (event.key === "Enter" && enter(event, text)) || (!leaves && tab(event, text))) {
      event.preventDefault();
    }
    // Escape, then Tab: the way out for who walks by the keyboard (WCAG 2.1.2).
    leaves = event.key === "Escape";
  });
  text.addEventListener("paste", (event) => {
    if (link(event, text)) event.preventDefault();
  });
}

function format(event: KeyboardEvent, text: HTMLTextAreaElement): boolean {
  if ((!event.ctrlKey && !event.metaKey) || event.altKey) return false;
  if (event.key === "Enter") {
    text.form?.requestSubmit();
    return true;
  }
  const name = (event.shiftKey ? withShift : shortcuts)[event.code];
  if (name) apply(text, name);
  return name !== undefined;
}

/** A list goes on with its next item, and ends where an item is empty. */
function enter(event: KeyboardEvent, text: HTMLTextAreaElement): boolean {
  if (event.shiftKey || event.ctrlKey || event.metaKey || text.selectionStart !== text.selectionEnd) return false;
  const at = text.selectionStart;
  const start = text.value.lastIndexOf("\n", at - 1) + 1;
  const line = text.value.slice(start, at);
  const item = ITEM.exec(line);
  if (!item || isInCode(text.value, at)) return false;
  if (item[0].length >= line.length) replace(text, start, at, "");
  else insert(text, `\n${next(item)}`);
  return true;
}

function next([, indent = "", mark = "", number, dot = "", space = " ", box]: RegExpExecArray): string {
  return indent + (number ? Number(number) + 1 + dot : mark) + space + (box ? "[ ] " : "");
}

function tab(event: KeyboardEvent, text: HTMLTextAreaElement): boolean {
  if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (!isInCode(text.value, text.selectionStart)) return false;
  insert(text, "  ");
  return true;
}

function link(event: ClipboardEvent, text: HTMLTextAreaElement): boolean {
  const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  if (!ADDRESS.test(pasted) || !chosen.trim() || chosen.includes("\n") || ADDRESS.test(chosen.trim())) return false;
  if (isInCode(text.value, text.selectionStart)) return false;
  insert(text, `[${chosen}](${pasted})`);
  return true;
}
