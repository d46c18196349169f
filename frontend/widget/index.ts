/* <script src="https://help.example/widget.js" data-key="wk_…" data-token="…" defer></script>
   README.md names what else may stand there. One element of ours is put into the page, and one object, `Answerloop`. */
import { Api, type Found, type Message } from "./api";
import { openAnswer } from "./article";
import { askView, type Prefill } from "./asking";
import { icon, ICONS, make } from "./dom";
import { listen } from "./live";
import { Panel } from "./panel";
import type { Emit, Events } from "./views";
import css from "./widget.css";
import { learnWords } from "./words";

type Listener<Name extends keyof Events> = (detail: Events[Name]) => void;

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

function start(script: HTMLScriptElement): void {
  const { key, token, page, language, release, position, launcher: kind } = script.dataset;
  if (!key) {
    console.error("answerloop: the script needs data-key, the product's write key.");
    return;
  }
  const base = new URL(script.src).origin;
  const asked = language || document.documentElement.lang || "en";
  const api = new Api({
    base,
    writeKey: key,
    token: token ?? "",
    language: asked,
    release: release ?? "",
    page: () => page || address(),
  });
  const listeners = new Map<keyof Events, Set<Listener<never>>>();
  const emit: Emit = (name, detail) => listeners.get(name)?.forEach((listener) => (listener as Listener<typeof name>)(detail));
  let touched = "";
  document.addEventListener("pointerdown", (event) => (touched = fingerprint(event.target) || touched), { capture: true, passive: true });

  const host = make("answerloop-help" as "div", position ? { "data-position": position } : {});
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog" });
  const name = make("span", {}, "Help");
  const badge = make("span", { class: "badge", hidden: "" });
  launcher.append(icon(ICONS.ask), name, " ", badge);
  launcher.hidden = kind === "none";

  let found: Found = { answers: [], update: "", ask: { kind: "forum", url: `${base}/ask` }, incidents: [], unread: 0, label: "Help" };
  let panel: Panel | undefined;
  let unread = 0;

  const showUnread = (count: number) => {
    if (count !== unread) emit("unread", { count });
    unread = count;
    badge.hidden = !count;
    badge.textContent = String(count);
    panel?.showUnread(count);
  };
  const look = async () => {
    found = await api.findHelp(touched);
    name.textContent = found.label;
    launcher.classList.toggle("has-answers", found.answers.length + found.incidents.length > 0);
    panel?.showFound(found);
    showUnread(found.unread);
  };
  /** The words and the panel come when they are wanted, and once. */
  let making: Promise<Panel> | undefined;
  const made = () =>
    (making ??= learnWords(base, asked).then((spoken) => {
      host.lang = spoken.language;
      host.dir = spoken.direction;
      panel = new Panel(api, found, emit, launcher, () => void look().catch(() => {}));
      panel.showFound(found);
      root.prepend(...panel.parts);
      return panel;
    }));
  const opened = (then: (panel: Panel) => unknown = () => {}) =>
    first.then(made).then(async (it) => {
      it.open();
      await then(it);
    });

  launcher.addEventListener("click", () => (panel?.isOpen ? panel.hide() : void opened()));
  root.append(launcher);
  const first = look()
    .catch((error: unknown) => console.error("answerloop:", error instanceof Error ? error.message : error))
    .then(() => document.body.append(host));
  if (token) {
    const message = (message: Message) =>
      void first.then(made).then((it) => {
        it.showMessage(message);
        void look().catch(() => {});
      });
    void first.then(() => listen(api, { message, unread: ({ count }) => showUnread(count) }));
  }

  (globalThis as { Answerloop?: object }).Answerloop = Object.freeze({
    open: () => opened(),
    close: () => panel?.hide(),
    show: (article: string | number) => opened((it) => openAnswer(it, String(article))),
    search: (text: string) => opened((it) => (it.go("home"), it.home.search(text))),
    ask: (prefill: Prefill = {}) => opened((it) => it.show(askView(it, prefill))),
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
