/* What is typed into [data-keep="key"] stays in this browser until its form was sent and not refused. A draft is bound
   to the page's path, so that two topics never mix, and is thrown away after two weeks: a draft nobody came back to. */
import { recall, remember } from "./storage";

type Kept = { text: string; at: number };
type Writing = HTMLInputElement | HTMLTextAreaElement;

const TWO_WEEKS = 14 * 24 * 60 * 60 * 1000;
const SENT = "draft-sent";

export function startDrafts(): void {
  forgetSent();
  forgetAccepted();
  for (const field of document.querySelectorAll<Writing>("[data-keep]")) offer(field);
  document.addEventListener("input", ({ target }) => {
    if (isKept(target)) keep(target);
  });
  document.addEventListener("submit", noteSent);
  document.addEventListener("htmx:afterRequest", forgetAnswered);
}

function isKept(target: EventTarget | null): target is Writing {
  return target instanceof HTMLElement && target.matches("[data-keep]");
}

function keyOf(field: Writing): string {
  return `draft:${field.dataset.keep}:${location.pathname}`;
}

function keep(field: Writing): void {
  const kept: Kept = { text: field.value, at: Date.now() };
  if (remember(keyOf(field), field.value.trim() ? JSON.stringify(kept) : null)) say(field, "Draft kept in this browser");
}

/** Text the server sent (a refused form, an edit) always wins over a draft. */
function offer(field: Writing): void {
  const kept = read(keyOf(field));
  if (!kept || field.value.trim()) return;
  field.value = kept.text;
  say(field, "Your draft is back");
}

function read(key: string): Kept | null {
  try {
    const kept = JSON.parse(recall(key) ?? "null") as Kept | null;
    if (kept && Date.now() - kept.at < TWO_WEEKS) return kept;
  } catch {
    // An unreadable draft is no draft.
  }
  return null;
}

/** What htmx sends is answered on this page, so the answer itself says whether the draft is still needed. */
function forgetAnswered(event: Event): void {
  const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>).detail;
  if (!successful || !(elt instanceof HTMLFormElement)) return;
  for (const field of elt.querySelectorAll<Writing>("[data-keep]")) remember(keyOf(field), null);
}

/** A sent form's drafts are forgotten by the page its acceptance redirects to. A form that comes back refused, or whose
    sending never arrived, leads to no such page. */
function noteSent(event: SubmitEvent): void {
  if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
  const keys = [...event.target.querySelectorAll<Writing>("[data-keep]")].map(keyOf);
  if (keys.length) remember(SENT, JSON.stringify(keys));
}

function forgetSent(): void {
  const sent = recall(SENT);
  if (!sent) return;
  remember(SENT, null);
  const refused = document.querySelector("[aria-invalid], .errors, [data-refused]") !== null;
  const [arrival] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (!refused && (arrival?.redirectCount ?? 1) > 0) for (const key of JSON.parse(sent) as string[]) remember(key, null);
}

/** The server says in a cookie which draft became what it was to become; only then the copy of the editor's island goes. */
function forgetAccepted(): void {
  const done = /(?:^|; )draft_done=([^;]*)/.exec(document.cookie)?.[1];
  if (!done) return;
  remember(`draft:${decodeURIComponent(done)}`, null);
  document.cookie = "draft_done=; Max-Age=0; path=/; SameSite=Lax";
}

function say(field: Writing, text: string): void {
  const status = field.closest(".field")?.querySelector("[data-kept]");
  if (status) status.textContent = text;
}
