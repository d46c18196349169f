/* Drafts on the server. What is typed goes into this browser at once and to the server when the typing pauses; the copy
   here stays only while the server does not have it: without a connection, without a session, or on the way out. */
import { csrfHeaders } from "../csrf";
import { said } from "../words";
import { recall, remember } from "../storage";

type Text = Record<string, string>;
type Heard = { version: number; others?: string[] };
type Kept = { text: Text; version: number; at: number };

const FIELDS = ["title", "subject", "body", "space", "page_url"];
/** What only some forms have; kept with the rest, and by the server where the place is one of those. */
const MORE = ["note", "visibility", "section", "category", "cluster", "based_on", "translated", "language"];
/** A pause in typing; shorter would cost a request a sentence, longer would lose one where the browser dies. */
const PAUSE = 1500;
const AGAIN = 10_000;

export function startKeeping(editor: HTMLElement): void {
  const form = editor.closest("form");
  if (form && editor.dataset.draft) new Keeping(form, editor);
}

class Keeping {
  private timer = 0;
  private running: AbortController | null = null;
  private isSent = false;

  constructor(
    private form: HTMLFormElement,
    private editor: HTMLElement,
  ) {
    for (const button of form.querySelectorAll<HTMLElement>("[data-save-draft]")) button.hidden = true;
    this.takeUp();
    form.addEventListener("input", () => this.note());
    form.addEventListener("change", () => this.note());
    form.addEventListener("submit", () => this.send());
    addEventListener("online", () => this.soon(0));
    addEventListener("pageshow", () => (this.isSent = false));
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  /** A copy that never reached the server is put back where it loses nothing, else it is offered. */
  private takeUp(): void {
    const kept = this.read();
    if (!kept) return;
    if (same(kept.text, this.text())) return remember(this.key, null), undefined;
    const isNewer = this.editor.dataset.draft === "restored" ? kept.version >= this.version : !this.text().body;
    if (isNewer) this.use(kept);
    else this.offer(kept);
  }

  private use(kept: Kept): void {
    for (const [name, value] of Object.entries(kept.text)) {
      const field = this.field(name);
      if (field && value) field.value = value;
    }
    this.say("Your text is back.");
    this.soon(0);
  }

  private offer(kept: Kept): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = "Take the text kept in this browser";
    button.addEventListener("click", () => {
      button.remove();
      this.use(kept);
    });
    this.editor.querySelector("[data-kept]")?.replaceChildren(button);
  }

  private note(): void {
    this.keepHere();
    this.soon(PAUSE);
  }

  private keepHere(): void {
    const kept: Kept = { text: this.text(), version: this.version, at: Date.now() };
    remember(this.key, JSON.stringify(kept));
  }

  private soon(delay: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), delay);
  }

  private async save(): Promise<void> {
    if (this.isSent || !recall(this.key)) return;
    this.running?.abort();
    const mine = (this.running = new AbortController());
    const text = this.text();
    try {
      this.heard(await this.post({ signal: mine.signal }), text);
    } catch {
      if (mine.signal.aborted) return;
      this.say("No connection. Your text is kept in this browser.");
      this.soon(AGAIN);
    }
  }

  private async heard(answer: Response, text: Text): Promise<void> {
    if (answer.ok) {
      const heard = (await answer.json()) as Heard;
      this.version = heard.version;
      this.showOthers(heard.others ?? []);
      if (same(text, this.text())) remember(this.key, null);
      this.say(this.version ? "Draft saved" : "");
    } else if (answer.status === 409) {
      // It was sent or discarded elsewhere; what is typed here from now on is a draft of its own.
      this.version = 0;
      this.say("Kept in this browser.");
    } else {
      this.say(answer.status === 401 ? "You are signed out. Your text is kept in this browser." : "Kept in this browser.");
    }
  }

  private post(how: RequestInit): Promise<Response> {
    const body = new URLSearchParams({ draft_place: this.place, draft_version: String(this.version), ...this.text() });
    const headers = { ...csrfHeaders(), Accept: "application/json" };
    return fetch("/drafts", { method: "POST", body, headers, ...how });
  }

  /** On the way out there is no time for an answer: the copy here stays, and is compared when the form opens again. */
  private leave(): void {
    if (this.isSent || !recall(this.key)) return;
    clearTimeout(this.timer);
    this.running?.abort();
    const text = this.text();
    void this.post({ keepalive: true }).then((answer) => this.heard(answer, text)).catch(() => undefined);
  }

  /** From here on the sending decides: a late saving must not bring the draft back. The copy goes once it was accepted. */
  private send(): void {
    this.isSent = true;
    clearTimeout(this.timer);
    this.running?.abort();
    this.keepHere();
  }

  private read(): Kept | null {
    try {
      return JSON.parse(recall(this.key) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  private text(): Text {
    const more = MORE.filter((name) => this.field(name));
    return Object.fromEntries([...FIELDS, ...more].map((name) => [name, this.field(name)?.value ?? ""]));
  }

  /** Where several people write: whoever came since the page was opened. */
  private showOthers(names: string[]): void {
    const place = this.form.querySelector<HTMLElement>("[data-writers]");
    if (!place || place.dataset.names === names.join()) return;
    place.dataset.names = names.join();
    place.hidden = !names.length;
    if (!names.length) return;
    const who = { names: names.join(", ") };
    place.textContent = place.dataset.writers
      ? said("{names} is writing here too. Whoever sends second is shown the other’s message first.", who)
      : said("{names} is writing here too. Whoever saves second is shown both texts.", who);
  }

  private field(name: string): HTMLInputElement | null {
    const field = this.form.elements.namedItem(name);
    return field instanceof Element ? (field as HTMLInputElement) : null;
  }

  private get place(): string {
    return this.field("draft_place")?.value ?? "";
  }

  private get key(): string {
    return `draft:${this.place}`;
  }

  private get version(): number {
    return Number(this.field("draft_version")?.value ?? 0);
  }

  private set version(version: number) {
    const field = this.field("draft_version");
    if (field) field.value = String(version);
  }

  private say(text: string): void {
    const status = this.editor.querySelector("[data-kept]");
    if (status) status.textContent = text;
  }
}

function same(one: Text, other: Text): boolean {
  return [...FIELDS, ...MORE].every((name) => (one[name] ?? "") === (other[name] ?? ""));
}
