/* The button in the page, and what stands behind it: it asks what helps here, makes the panel when that is wanted, and listens for
   named customers. */
import { type Api, type Found, type Message, Refused } from "./api";
import { icon, ICONS, make } from "./dom";
import { listen } from "./live";
import { Panel } from "./panel";
import type { Emit } from "./views";
import css from "./widget.css";
import { learnWords } from "./words";

export interface Placing {
  position: string;
  /** Whether the page opens the panel by a button of its own. */
  isHidden: boolean;
}

export class Widget {
  private readonly host = make("answerloop-help" as "div");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly name = make("span", {}, "Help");
  private readonly badge = make("span", { class: "badge", hidden: "" });
  private readonly launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog" });
  private readonly first: Promise<unknown>;
  private found: Found;
  private panel: Panel | undefined;
  private making: Promise<Panel> | undefined;
  private hearing = new AbortController();
  private touched = "";
  private unread = 0;

  constructor(
    private readonly api: Api,
    private readonly emit: Emit,
    { position, isHidden }: Placing,
  ) {
    const { base } = api.setting;
    this.found = { answers: [], update: "", ask: { kind: "forum", url: `${base}/ask` }, incidents: [], unread: 0, label: "Help" };
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
    if (position) this.host.setAttribute("data-position", position);
    this.launcher.hidden = isHidden;
    this.launcher.append(icon(ICONS.ask), this.name, " ", this.badge);
    this.launcher.addEventListener("click", () => (this.panel?.isOpen ? this.panel.hide() : void this.open()));
    this.root.append(this.launcher);
    this.first = this.look()
      .catch((error: unknown) => console.error("answerloop:", error instanceof Error ? error.message : error))
      .then(() => document.body.append(this.host));
    this.hear();
  }

  /** The control used last, as events name it: its tag and its id; what has no id is not told apart. */
  touch(target: EventTarget | null): void {
    const element = target instanceof Element ? target.closest("button, a, input, select, textarea, [role=button]") : null;
    if (element?.id) this.touched = `${element.tagName.toLowerCase()}#${element.id}`;
  }

  /** Open the panel by hand, then go on in it. */
  async open(then: (panel: Panel) => unknown = () => {}): Promise<void> {
    const panel = await this.made();
    panel.open();
    await then(panel);
  }

  close(): void {
    this.panel?.hide();
  }

  /** Somebody else looks at the page from now on, or the same with a fresh token; "" for nobody we could name. */
  async identify(token: string): Promise<void> {
    await this.first;
    this.become(token);
    await this.look();
    this.hear();
  }

  private become(token: string): void {
    this.api.setting.token = token;
    this.hearing.abort();
    this.panel?.hide();
    for (const part of this.panel?.parts ?? []) part.remove();
    this.panel = this.making = undefined;
  }

  /** A token that is no good any more is told of and left out: what everybody may read still helps. */
  private async look(): Promise<void> {
    try {
      this.found = await this.api.findHelp(this.touched);
    } catch (error) {
      if (!(error instanceof Refused && error.fields["token"] && this.api.setting.token)) throw error;
      this.become("");
      this.emit("expired", {});
      return this.look();
    }
    this.name.textContent = this.found.label;
    this.launcher.classList.toggle("has-answers", this.found.answers.length + this.found.incidents.length > 0);
    this.panel?.showFound(this.found);
    this.showUnread(this.found.unread);
  }

  private showUnread(count: number): void {
    if (count !== this.unread) this.emit("unread", { count });
    this.unread = count;
    this.badge.hidden = !count;
    this.badge.textContent = String(count);
    this.panel?.showUnread(count);
  }

  /** The words and the panel come when they are wanted, and once. */
  private async made(): Promise<Panel> {
    await this.first;
    return (this.making ??= this.make());
  }

  private async make(): Promise<Panel> {
    const spoken = await learnWords(this.api.setting.base, this.api.setting.language);
    this.host.lang = spoken.language;
    this.host.dir = spoken.direction;
    const panel = new Panel(this.api, this.found, this.emit, this.launcher, () => void this.look().catch(() => {}));
    panel.showFound(this.found);
    this.root.prepend(...panel.parts);
    this.panel = panel;
    return panel;
  }

  private hear(): void {
    this.hearing = new AbortController();
    const { signal } = this.hearing;
    const message = (told: Message) =>
      void this.made().then((panel) => {
        panel.showMessage(told);
        void this.look().catch(() => {});
      });
    const heard = { message, unread: ({ count }: { count: number }) => this.showUnread(count) };
    void this.first.then(() => {
      if (this.api.setting.token) void listen(this.api, heard, signal);
    });
  }
}
