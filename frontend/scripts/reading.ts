/* Tells the server how far somebody has read: the last post that stood before their eyes for a moment. Told while they
   pause and when they leave, never more often; a note that is lost only costs a line in the list of unread topics. */
import { csrfHeaders } from "./csrf";

const SEEN_AFTER = 700;
const TOLD_AFTER = 1500;

export function startReading(): void {
  const thread = document.querySelector<HTMLElement>("[data-reading]");
  if (!thread || !("IntersectionObserver" in window)) return;
  const address = thread.dataset.reading ?? "";
  const waiting = new Map<Element, number>();
  let reached = 0;
  let told = 0;
  let soon = 0;

  const tell = (): void => {
    clearTimeout(soon);
    if (reached <= told) return;
    told = reached;
    const headers = { "content-type": "application/json", ...csrfHeaders() };
    void fetch(address, { method: "POST", keepalive: true, headers, body: JSON.stringify({ position: reached }) }).catch(() => undefined);
  };
  const see = (post: HTMLElement): void => {
    reached = Math.max(reached, Number(post.dataset.readsTo));
    clearTimeout(soon);
    soon = window.setTimeout(tell, TOLD_AFTER);
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (isIntersecting) waiting.set(target, window.setTimeout(() => see(target as HTMLElement), SEEN_AFTER));
    }
  });
  for (const post of thread.querySelectorAll<HTMLElement>("[data-reads-to]")) observer.observe(post);
  document.addEventListener("visibilitychange", () => document.hidden && tell());
  addEventListener("pagehide", tell);
}
