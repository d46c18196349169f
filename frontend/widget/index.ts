/* <script src="https://help.example/widget.js" data-key="wk_…" data-token="…" defer></script>
   README.md names what else may stand there. One element of ours is put into the page, and one object, `Answerloop`. */
import { Api } from "./api";
import { openAnswer } from "./article";
import { askView, type Prefill } from "./asking";
import type { Emit, Events } from "./views";
import { Widget } from "./widget";

type Listener<Name extends keyof Events> = (detail: Events[Name]) => void;

/** The page without what its address may hide: tokens stand in queries. A fragment that is a path is a page of its own. */
function address(): string {
  const [path = ""] = location.hash.split("?");
  return location.origin + location.pathname + (/^#!?\//.test(path) ? path : "");
}

function start(script: HTMLScriptElement): void {
  const { key, token, page, language, release, position, launcher } = script.dataset;
  if (!key) {
    console.error("answerloop: the script needs data-key, the product's write key.");
    return;
  }
  const api = new Api({
    base: new URL(script.src).origin,
    writeKey: key,
    token: token ?? "",
    language: language || document.documentElement.lang || "en",
    release: release ?? "",
    page: () => page || address(),
  });
  const listeners = new Map<keyof Events, Set<Listener<never>>>();
  const emit: Emit = (name, detail) => listeners.get(name)?.forEach((listener) => (listener as Listener<typeof name>)(detail));
  const widget = new Widget(api, emit, { position: position ?? "", isHidden: launcher === "none" });
  document.addEventListener("pointerdown", (event) => widget.touch(event.target), { capture: true, passive: true });

  (globalThis as { Answerloop?: object }).Answerloop = Object.freeze({
    open: () => widget.open(),
    close: () => widget.close(),
    show: (article: string | number) => widget.open((panel) => openAnswer(panel, String(article))),
    search: (text: string) => widget.open((panel) => (panel.go("home"), panel.home.search(text))),
    ask: (prefill: Prefill = {}) => widget.open((panel) => panel.show(askView(panel, prefill))),
    identify: (newToken: string) => widget.identify(newToken),
    on<Name extends keyof Events>(event: Name, listener: Listener<Name>): () => void {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener as Listener<never>));
      return () => void all.delete(listener as Listener<never>);
    },
  });
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) start(script);
  else document.addEventListener("DOMContentLoaded", () => start(script));
}
