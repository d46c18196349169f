/* Single keys: / search, j k walk a list, o, e or Enter opens, g and a letter goes to what bears data-go, ? shows them. What bears data-key
   is pressed, or takes the focus, by its own key, which counts before those here. Off while typing, and off altogether on request
   (WCAG 2.1.4). */
import { recall, remember } from "./storage";

const OFF = "keys-off";

export function startKeyboard(): void {
  document.addEventListener("keydown", press);
  const onOff = document.querySelector<HTMLInputElement>("[data-keys-on]");
  if (!onOff) return;
  onOff.checked = recall(OFF) === null;
  onOff.addEventListener("change", () => remember(OFF, onOff.checked ? null : "1"));
}

/** Whether a key stands for itself: nobody is typing, no dialog is open, and single keys are on. */
export function isSingleKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  return !isTyping(event.target) && recall(OFF) === null && !document.querySelector("dialog[open]");
}

function press(event: KeyboardEvent): void {
  if (!isSingleKey(event)) return;
  const isGoing = going;
  going = false;
  const action = isGoing ? () => go(event.key) : actions[event.key];
  if ((!isGoing && pressKey(event.key)) || action?.(event.target)) event.preventDefault();
}

/** Whether `g` was pressed just before. */
let going = false;

function go(key: string): boolean {
  const link = document.querySelector<HTMLElement>(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return link !== null;
}

/** Islands that press their own keys: on rows that are chosen, and in the queue of reviews. */
const OWN_KEYS = "[data-choosing], [data-reviewing]";

/** Whether something stands on the page for this key. */
function pressKey(key: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)];
  const one = found.find((each) => each.closest(OWN_KEYS) || each.checkVisibility());
  if (!one || one.closest(OWN_KEYS)) return false;
  if (one instanceof HTMLFormElement) one.requestSubmit();
  else if (one instanceof HTMLButtonElement) one.click();
  else (one.querySelector<HTMLElement>("textarea") ?? one).focus();
  return true;
}

/** Each returns whether it did something; a key that found nothing to do stays the browser's. */
const actions: Record<string, (target: EventTarget | null) => boolean> = {
  "/": focusSearch,
  "?": showKeys,
  j: () => walk(1),
  k: () => walk(-1),
  e: () => !document.querySelector('[data-key="e"]') && open(),
  o: () => open(),
  g: () => (going = document.querySelector("[data-go]") !== null),
  Enter: (target) => target === document.body && open(),
};

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function focusSearch(): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement>("main [data-search], [data-search]")];
  fields.sort((one, other) => Number(!one.closest("main")) - Number(!other.closest("main"))); // a list's own filter comes first
  const visible = fields.find((field) => field.checkVisibility());
  if (visible) visible.select();
  else location.assign("/search");
  visible?.focus();
  return true;
}

function showKeys(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("#keys");
  dialog?.showModal();
  return dialog !== null;
}

function walk(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-list] [data-row]")];
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.classList.contains("is-here") || row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  for (const row of rows) row.classList.toggle("is-here", row === next);
  (next?.querySelector<HTMLElement>("[data-open]") ?? next)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: next.offsetHeight > innerHeight ? "start" : "nearest" });
  return true;
}

function open(): boolean {
  const link = document.querySelector<HTMLElement>(".is-here [data-open], [data-row]:focus-within [data-open]");
  link?.click();
  return link !== null;
}
