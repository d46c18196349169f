/* What comes by itself while the page is looked at. A stream that ends is opened again, later each time it fails, and never in a hidden tab,
   until nobody listens any more. */
import type { Api, Heard } from "./api";

const AGAIN_AFTER = 3_000;
const AGAIN_AT_MOST = 60_000;

export async function listen(api: Api, heard: Heard, ended: AbortSignal): Promise<void> {
  let wait = AGAIN_AFTER;
  const calm = <T>(tell: (told: T) => void) => (told: T) => {
    wait = AGAIN_AFTER;
    tell(told);
  };
  const calmly = { message: calm(heard.message), unread: calm(heard.unread) };
  while (!ended.aborted) {
    await untilVisible();
    if (ended.aborted) return;
    const hiding = new AbortController();
    const onHide = () => document.hidden && hiding.abort();
    document.addEventListener("visibilitychange", onHide);
    ended.addEventListener("abort", () => hiding.abort(), { once: true });
    try {
      await api.hear(calmly, hiding.signal);
    } catch {
      // hidden, or cut off: both are tried again
    }
    document.removeEventListener("visibilitychange", onHide);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, AGAIN_AT_MOST);
  }
}

function untilVisible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const onShow = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", onShow);
      resolve();
    };
    document.addEventListener("visibilitychange", onShow);
  });
}
