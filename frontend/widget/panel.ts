/* The button, and the panel with one view in it at a time. Lives in a shadow root; its style is a constructed sheet, which a strict
   style-src allows. The keyboard stays inside while the panel is open, and goes back to where it came from. */
import type { Api, Found, Message } from "./api";
import { button, icon, ICONS, make } from "./dom";
import { type Home, messageCard } from "./home";
import { PLACES } from "./places";
import { isTicketView } from "./tickets";
import type { Emit, Frame, PlaceName, View } from "./views";
import { said } from "./words";

interface Standing {
  view: View;
  /** Where the keyboard was before the next view came. */
  focus: HTMLElement | null;
}

/** As `widget.css` has it: below this the panel takes the whole window. */
const SHEET = matchMedia("(max-width: 480px)");

export class Panel implements Frame {
  readonly tried = new Set<string>();
  private readonly back_ = button("tool", icon(ICONS.back, "flips"), () => this.back());
  private readonly title = make("span", { class: "title", tabindex: "-1" });
  private readonly close = button("tool", icon(ICONS.close), () => this.hide());
  private readonly head = make("div", { class: "head" });
  private readonly main = make("div", { class: "main" });
  private readonly tabs = make("nav", { class: "tabs", "aria-label": said("Places") });
  private readonly live = make("p", { class: "unseen", role: "status" });
  private readonly element = make("section", { class: "panel", role: "dialog", hidden: "" });
  private readonly peeks = make("div", { class: "peeks", role: "status" });
  private readonly kept = new Map<PlaceName, View>();
  private stack: Standing[] = [];
  private place: PlaceName = "home";
  private before: Element | null = null;
  private readonly peeked: Message[] = [];
  private unread = 0;
  private drawn = "";

  constructor(
    readonly api: Api,
    public found: Found,
    readonly emit: Emit,
    private readonly launcher: HTMLButtonElement,
    private readonly opened: () => void,
  ) {
    this.back_.setAttribute("aria-label", said("Back"));
    this.close.setAttribute("aria-label", said("Close help"));
    this.head.append(this.back_, this.title, this.close);
    this.element.append(this.head, this.main, this.tabs, this.live);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.go("home");
  }

  get parts(): HTMLElement[] {
    return [this.element, this.peeks];
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get home(): Home {
    return this.kept.get("home") as Home;
  }

  /** Open by hand: the keyboard comes along. */
  open(): void {
    if (this.isOpen) return this.takeFocus();
    this.before = document.activeElement;
    this.reveal();
    this.takeFocus();
    this.opened();
  }

  hide(): void {
    if (!this.isOpen) return;
    this.top.view.left?.();
    this.element.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    const before = this.before instanceof HTMLElement && this.before !== document.body ? this.before : this.launcher;
    const back = before.isConnected && before.shadowRoot !== this.element.getRootNode() ? before : this.launcher;
    back.focus({ preventScroll: true });
    this.emit("close", {});
  }

  show(view: View): void {
    this.leave();
    this.stack.push({ view, focus: null });
    this.mount();
  }

  go(place: PlaceName): void {
    const chosen = PLACES.find((one) => one.key === place && one.isFor(this.found)) ?? PLACES[0]!;
    this.leave();
    this.place = chosen.key;
    if (!this.kept.has(chosen.key)) this.kept.set(chosen.key, chosen.make(this));
    this.stack = [{ view: this.kept.get(chosen.key)!, focus: null }];
    this.drawTabs();
    this.mount();
  }

  back(): void {
    if (this.stack.length < 2) return;
    this.leave();
    this.stack.pop();
    this.mount(this.top.focus);
  }

  announce(text: string): void {
    this.live.textContent = text;
  }

  showFound(found: Found): void {
    const tabs = (one: Found) => PLACES.filter((place) => place.isFor(one)).length;
    const changed = tabs(found) !== tabs(this.found);
    this.found = found;
    const had = this.focused;
    this.home.refresh();
    if (this.isOpen && had && !had.isConnected) this.takeFocus();
    this.showUnread(found.unread);
    if (changed) this.drawTabs();
  }

  showUnread(count: number): void {
    this.unread = count;
    this.drawTabs();
    if (this.isOpen && isTicketView(this.top.view)) this.top.view.refresh();
    if (this.isOpen && this.place === "tickets" && this.stack.length === 1) this.top.view.shown?.();
  }

  /** An agent's reply is shown small beside the button; help with what just hurt opens the panel. Neither takes the keyboard away. */
  showMessage(message: Message): void {
    this.emit("message", { id: message.id });
    const { view } = this.top;
    if (message.ticket && this.isOpen && isTicketView(view) && view.number === message.ticket) return view.refresh();
    if (message.ticket) return this.peek(message);
    this.home.showMessage(message);
    if (this.isOpen) return;
    this.go("home");
    this.reveal();
  }

  /** One card, of the newest reply: the badge counts them. Putting it away puts away those it took the place of. */
  private peek(message: Message): void {
    this.peeked.push(message);
    const frame: Frame = { ...this.asFrame(), show: (view) => (this.open(), this.show(view)) };
    const away = () => {
      this.peeks.replaceChildren();
      for (const one of this.peeked.splice(0)) void this.api.seeMessage(one.id).catch(() => {});
    };
    this.peeks.replaceChildren(messageCard(frame, message, away));
  }

  private asFrame(): Frame {
    const { api, found, tried, emit } = this;
    return {
      api, found, tried, emit,
      show: (view) => this.show(view),
      go: (place) => this.go(place),
      back: () => this.back(),
      announce: (text) => this.announce(text),
    };
  }

  private get top(): Standing {
    return this.stack[this.stack.length - 1]!;
  }

  private reveal(): void {
    this.element.hidden = false;
    this.peeks.replaceChildren();
    this.element.setAttribute("aria-modal", String(SHEET.matches));
    this.launcher.setAttribute("aria-expanded", "true");
    this.emit("open", {});
    this.top.view.shown?.();
  }

  private leave(): void {
    const standing = this.top;
    if (!standing) return;
    standing.focus = this.focused;
    if (this.isOpen) standing.view.left?.();
  }

  private mount(focus: HTMLElement | null = null): void {
    const { view } = this.top;
    const isFirst = this.stack.length === 1;
    this.main.replaceChildren(view.element);
    this.title.textContent = view.title;
    this.head.classList.toggle("bare", isFirst && this.place === "home");
    this.back_.hidden = isFirst;
    this.tabs.hidden = !isFirst || this.tabs.childElementCount < 2;
    this.element.setAttribute("aria-label", view.title);
    if (!this.isOpen) return;
    view.shown?.();
    if (focus?.isConnected) focus.focus({ preventScroll: true });
    else this.takeFocus();
  }

  /** To the field where there is one and a keyboard to type with; else to the heading, so that it is read. */
  private takeFocus(): void {
    const field = matchMedia("(pointer: fine)").matches && this.main.querySelector<HTMLElement>("input:not([type=file]), textarea");
    const target = field || this.main.querySelector<HTMLElement>("h2") || this.title;
    target.focus({ preventScroll: true });
  }

  /** Drawn anew only where something changed; the keyboard stays where it was in the row. */
  private drawTabs(): void {
    const places = PLACES.filter((one) => one.isFor(this.found));
    this.tabs.hidden = places.length < 2 || this.stack.length > 1;
    const drawn = [...places.map((one) => one.key), this.place, this.unread].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const at = [...this.tabs.children].indexOf(this.focused!);
    this.tabs.replaceChildren(
      ...places.map((one) => {
        const tab = button("tab", [icon(one.icon), make("span", {}, one.name())], () => this.go(one.key));
        if (one.key === this.place) tab.setAttribute("aria-current", "page");
        if (one.key === "tickets" && this.unread) tab.append(make("span", { class: "badge" }, String(this.unread)));
        return tab;
      }),
    );
    if (at >= 0) (this.tabs.children[at] as HTMLElement | undefined)?.focus({ preventScroll: true });
  }

  private get focused(): HTMLElement | null {
    return (this.element.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.stack.length > 1) this.back();
      else this.hide();
    } else if (event.key === "Tab") this.keepInside(event);
  }

  /** From the last control on to the first, and back. */
  private keepInside(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>("a[href], button, input, textarea, [tabindex='0']")];
    const reached = all.filter((one) => !(one as HTMLButtonElement).disabled && one.offsetParent);
    const [first, last] = [reached[0], reached[reached.length - 1]];
    const leaves = event.shiftKey ? this.focused === first || !reached.includes(this.focused!) : this.focused === last;
    if (!leaves) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
