/* `@` offers people, `#` topics. The focus stays in the text: the list is walked by the arrows and named to readers through
   aria-activedescendant. */
import { isInCode, replace } from "./formats";

type Choice = { insert: string; label: string; more: string };
type People = { people: { username: string; name: string }[] };
type Topics = { topics: { number: number; title: string }[] };

const PAUSE = 150;
const BEGUN = /(?:^|[\s([{|>])([@#])([\p{L}\p{N}_-][\p{L}\p{N}_ -]{0,40})$/u;

export function startCompleting(editor: HTMLElement, text: HTMLTextAreaElement): void {
  if (editor.querySelector("[data-completes]")) new Completing(editor, text);
}

class Completing {
  private list: HTMLElement;
  private choices: Choice[] = [];
  private at = 0;
  private begun = -1;
  private timer = 0;
  private running: AbortController | null = null;

  constructor(
    editor: HTMLElement,
    private text: HTMLTextAreaElement,
  ) {
    this.list = editor.querySelector<HTMLElement>("[data-completes]") as HTMLElement;
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.list.id);
    text.addEventListener("input", () => this.look());
    text.addEventListener("keydown", (event) => this.press(event), { capture: true });
    text.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  private look(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    const { selectionStart: at, value } = this.text;
    const line = value.slice(Math.max(value.lastIndexOf("\n", at - 1) + 1, at - 60), at);
    const found = BEGUN.exec(line);
    const [, mark = "", words = ""] = found ?? [];
    // A name is one word; a title may be several, but then it is long enough to mean something.
    if (!found || (mark === "@" && words.includes(" ")) || isInCode(value, at)) return this.close();
    this.begun = at - words.length - 1;
    this.timer = window.setTimeout(() => void this.ask(mark, words), PAUSE);
  }

  private async ask(mark: string, words: string): Promise<void> {
    const mine = (this.running = new AbortController());
    try {
      const address = `/api/v1/completions/${mark === "@" ? "people" : "topics"}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: mine.signal });
      if (!answer.ok) return this.close();
      const found = (await answer.json()) as People & Topics;
      if (!mine.signal.aborted) this.show(mark === "@" ? people(found) : topics(found));
    } catch {
      if (!mine.signal.aborted) this.close();
    }
  }

  private show(choices: Choice[]): void {
    this.choices = choices;
    if (!choices.length || document.activeElement !== this.text) return this.close();
    this.list.replaceChildren(...choices.map((choice, index) => option(choice, `${this.list.id}-${index}`)));
    this.list.hidden = false;
    this.place();
    this.mark(0);
  }

  /** Below the sign that was typed, found with a copy of the text set in the same type. */
  private place(): void {
    const copy = document.createElement("div");
    const style = getComputedStyle(this.text);
    for (const name of ["font", "padding", "border", "lineHeight", "letterSpacing", "width", "boxSizing"] as const) copy.style[name] = style[name];
    Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
    copy.textContent = this.text.value.slice(0, this.begun);
    const sign = document.createElement("span");
    sign.textContent = "@";
    copy.append(sign);
    this.list.before(copy);
    const below = this.text.offsetTop + sign.offsetTop + sign.offsetHeight - this.text.scrollTop;
    const beside = Math.min(sign.offsetLeft, this.text.clientWidth - this.list.offsetWidth - 8);
    copy.remove();
    this.list.style.top = `${Math.max(0, below + 4)}px`;
    this.list.style.left = `${this.text.offsetLeft + Math.max(4, beside)}px`;
  }

  private press(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const does: Record<string, () => void> = {
      ArrowDown: () => this.mark((this.at + 1) % this.choices.length),
      ArrowUp: () => this.mark((this.at + this.choices.length - 1) % this.choices.length),
      Enter: () => this.take(this.at),
      Tab: () => this.take(this.at),
      Escape: () => this.close(),
    };
    const act = does[event.key];
    if (!act || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private mark(index: number): void {
    this.at = index;
    [...this.list.children].forEach((child, place) => child.setAttribute("aria-selected", String(place === index)));
    this.text.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  private take(index: number): void {
    const choice = this.choices[index];
    this.close();
    if (choice) replace(this.text, this.begun, this.text.selectionStart, `${choice.insert} `);
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

function people({ people }: People): Choice[] {
  return people.map(({ username, name }) => ({ insert: `@${username}`, label: name, more: `@${username}` }));
}

function topics({ topics }: Topics): Choice[] {
  return topics.map(({ number, title }) => ({ insert: `#${number}`, label: title, more: `#${number}` }));
}

function option({ label, more }: Choice, id: string): HTMLElement {
  const row = document.createElement("li");
  const side = document.createElement("span");
  row.id = id;
  row.setAttribute("role", "option");
  row.className = "editor__choice";
  side.className = "editor__more";
  row.textContent = label;
  side.textContent = more;
  row.append(side);
  return row;
}
