/* <script src="https://help.example/widget.js" data-key="wk_…" data-token="…" defer></script>
   `data-page` names the page where its address is not the product's own. `data-language`
   says which language to speak where the page's own `lang` does not. One element of ours is put into the page, no more. */
import { Api } from "./api";
import { Panel } from "./panel";
import { learnWords } from "./words";

const AGAIN_AFTER = 3_000;
const AGAIN_AT_MOST = 60_000;

/** As events name it: the tag and its id; what has no id is not told apart. */
function fingerprint(target: EventTarget | null): string {
  const element = target instanceof Element ? target.closest("button, a, input, select, textarea, [role=button]") : null;
  return element?.id ? `${element.tagName.toLowerCase()}#${element.id}` : "";
}

/** The page without what its address may hide: tokens stand in queries. A fragment that is a path is a page of its own. */
function address(): string {
  const [path = ""] = location.hash.split("?");
  return location.origin + location.pathname + (/^#!?\//.test(path) ? path : "");
}

async function start(script: HTMLScriptElement): Promise<void> {
  const { key, token, page, language } = script.dataset;
  if (!key) {
    console.error("answerloop: the script needs data-key, the product's write key.");
    return;
  }
  const base = new URL(script.src).origin;
  const spoken = await learnWords(base, language || document.documentElement.lang);
  const api = new Api({
    base,
    writeKey: key,
    token: token ?? "",
    language: spoken.language,
    page: () => page || address(),
  });
  const panel = new Panel(api, spoken);
  let touched = "";
  document.addEventListener("pointerdown", (event) => (touched = fingerprint(event.target) || touched), true);

  const look = () => api.findHelp(touched).then((found) => panel.showFound(found));
  panel.onOpen(() => void look().catch(() => {}));
  look().catch((error: unknown) => console.error("answerloop:", error instanceof Error ? error.message : error));
  if (token) void listen(api, panel, look);
}

/** Messages while the page is looked at; a stream that ends is opened again, later each time it fails. */
async function listen(api: Api, panel: Panel, look: () => Promise<void>): Promise<void> {
  let wait = AGAIN_AFTER;
  for (;;) {
    await untilVisible();
    const hiding = new AbortController();
    const onHide = () => document.hidden && hiding.abort();
    document.addEventListener("visibilitychange", onHide);
    try {
      await api.hear((message) => {
        wait = AGAIN_AFTER;
        panel.showMessage(message);
        void look().catch(() => {});
      }, hiding.signal);
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

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) void start(script);
  else document.addEventListener("DOMContentLoaded", () => void start(script));
}
