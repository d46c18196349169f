/* Any macro by its name: `m`, or `/` at the start of a line of the reply, leads into the field; what is typed there is looked for in names
   and texts, the arrows walk the list, Enter inserts. Without this script a list and a button stand in its place. */
import { insert, isInCode } from "../editor/formats";
import { said, saidMany } from "../words";
import { take } from "./taking";

type Macro = { id: string; name: string; body: string };

const PAUSE = 120;
const SHOWN = 20;
/** A place that is filled in, as it will stand in the reply where nothing is known for it. */
const PLACE = /\{\{(?:fill:)? *([^{}\n]{1,80})\}\}/g;

export function startMacros(text: HTMLTextAreaElement): void {
  const place = text.form?.querySelector<HTMLElement>("[data-macros]");
  if (place) new Macros(place, text);
}

class Macros {
  private field: HTMLInputElement;
  private list: HTMLElement;
  private status: HTMLElement;
  private plain: HTMLElement;
  private found: Macro[] = [];
  /** What the list was found for; null while there is none. */
  private words: string | null = null;
  private at = 0;
  private timer = 0;
  private running: AbortController | null = null;
  /** Whether a slash led here, which stands in the reply again where no macro was meant. */
  private isSlash = false;

  constructor(
    place: HTMLElement,
    private text: HTMLTextAreaElement,
  ) {
    const part = <T extends HTMLElement>(name: string): T => place.querySelector<T>(name) as T;
    this.field = part("[role=combobox]");
    this.list = part("[role=listbox]");
    this.status = part("[role=status]");
    this.plain = part("[data-macros-plain]");
    this.plain.hidden = !this.plain.querySelector("[aria-invalid]");
    part("[data-macros-find]").hidden = false;
    this.field.addEventListener("focus", () => void this.ask());
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest("[role=option]");
      if (option) void this.take([...this.list.children].indexOf(option));
    });
    text.addEventListener("keydown", (event) => this.hear(event));
  }

  /** A slash at the start of a line of the reply. */
  private hear(event: KeyboardEvent): void {
    const { selectionStart: at, selectionEnd: end, value } = this.text;
    const startsLine = at === end && (at === 0 || value[at - 1] === "\n");
    if (event.key !== "/" || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!startsLine || isInCode(value, at)) return;
    event.preventDefault();
    this.isSlash = true;
    this.field.focus();
  }

  private look(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.running?.abort();
    const mine = (this.running = new AbortController());
    const words = this.field.value;
    const query = new URLSearchParams({ q: words, limit: String(SHOWN) });
    try {
      const answer = await fetch(`/api/v1/macros?${query}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { items } = (await answer.json()) as { items: Macro[] };
      if (!mine.signal.aborted) this.show(words, items);
    } catch {
      if (!mine.signal.aborted) this.usePlain();
    }
  }

  private show(words: string, found: Macro[]): void {
    if (document.activeElement !== this.field) return;
    this.words = words;
    this.found = found;
    this.list.replaceChildren(...found.map((macro, index) => option(macro, `${this.list.id}-${index}`)));
    this.list.hidden = !found.length;
    this.field.setAttribute("aria-expanded", String(found.length > 0));
    this.status.textContent = found.length ? saidMany("{n} macro", "{n} macros", found.length) : said("No macro has these words.");
    this.mark(0);
  }

  private press(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.found.length;
    const does: Record<string, () => void> = {
      ArrowDown: () => this.mark((this.at + 1) % count),
      ArrowUp: () => this.mark((this.at + count - 1) % count),
      Enter: () => void this.takeTyped(),
      Escape: () => this.goBack(),
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private mark(index: number): void {
    if (!this.found.length) return this.field.removeAttribute("aria-activedescendant");
    this.at = index;
    [...this.list.children].forEach((child, place) => child.setAttribute("aria-selected", String(place === index)));
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** Enter may come before the list has followed what was typed. */
  private async takeTyped(): Promise<void> {
    if (this.words !== this.field.value) await this.ask();
    if (this.words === this.field.value) await this.take(this.at);
  }

  private async take(index: number): Promise<void> {
    const macro = this.found[index];
    if (!macro) return;
    try {
      await take(this.text, this.button.formAction, new URLSearchParams({ macro_id: macro.id }));
      this.isSlash = false;
      this.clear();
      this.status.textContent = said("Inserted. Undo takes it out again.");
    } catch {
      this.usePlain(macro);
    }
  }

  /** Back into the reply; a slash that led here, and what was typed behind it, were meant for it. */
  private goBack(): void {
    const meant = this.isSlash ? `/${this.field.value}` : "";
    this.isSlash = false;
    this.clear();
    this.text.focus();
    if (meant) insert(this.text, meant);
  }

  private leave(): void {
    this.close();
    this.isSlash = false;
  }

  private clear(): void {
    this.field.value = "";
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.found = [];
    this.words = null;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** The list and the button that need no script: they bring the page back with everything typed, and say what is wrong. */
  private usePlain(macro?: Macro): void {
    this.close();
    this.plain.hidden = false;
    const choice = this.plain.querySelector("select");
    if (!macro || !choice) return;
    choice.value = macro.id;
    this.button.click();
  }

  private get button(): HTMLButtonElement {
    return this.plain.querySelector("button") as HTMLButtonElement;
  }
}

function option({ name, body }: Macro, id: string): HTMLElement {
  const row = document.createElement("li");
  const side = document.createElement("span");
  row.id = id;
  row.setAttribute("role", "option");
  row.className = "editor__choice macros__choice";
  row.textContent = name;
  side.className = "editor__more";
  side.textContent = body.slice(0, 200).replace(PLACE, "[$1]");
  row.append(side);
  return row;
}
