/* What people see: a quiet button, and a panel with answers, messages and a way to ask. Lives in a shadow root; its style is
   a constructed sheet, which a strict style-src allows. Answers are built element by element, never from HTML in a string. */
import { type Answer, type Api, type Body, type Found, type Message, Refused } from "./api";
import { suggestWhileTyping } from "./typing";
import { said } from "./words";
import css from "./widget.css";

type Child = Node | string;

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const TAGS = new Set(
  "p ul ol li strong em code pre blockquote del s hr br kbd sub sup table thead tbody tr th td".split(" "),
);

function build(body: Body[]): Child[] {
  return body.map((node) => {
    if (typeof node === "string") return node;
    const [tag, children, address] = node;
    const inside = build(children);
    if (tag === "a" && address) return outside(address, ...inside);
    if (tag === "h") return make("h4", {}, ...inside);
    return make((TAGS.has(tag) ? tag : "span") as "span", {}, ...inside);
  });
}

function outside(address: string, ...children: Child[]): HTMLAnchorElement {
  return make("a", { href: address, target: "_blank", rel: "noopener" }, ...children);
}

function primary(text: string, type = "submit"): HTMLButtonElement {
  return make("button", { type, class: "primary" }, text);
}

export class Panel {
  private readonly launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false" }, said("Help"));
  private readonly close = make("button", { type: "button", class: "close", "aria-label": said("Close help") }, "×");
  private readonly messages = make("div", { class: "messages", role: "status" });
  private readonly answers = make("div", { class: "answers" });
  private readonly asking = make("div", { class: "asking" });
  private readonly panel = make("section", { class: "panel", role: "dialog", "aria-label": said("Help"), hidden: "" });
  private readonly tried = new Set<string>();
  private opened: () => void = () => {};
  private offered = "";
  private unseen: string[] = [];
  /** A message brings its answer along; it need not be listed a second time. */
  private readonly inMessages = new Set<string>();

  constructor(
    private readonly api: Api,
    spoken: { language: string; direction: string },
  ) {
    const host = document.createElement("answerloop-help");
    host.lang = spoken.language;
    host.dir = spoken.direction;
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const head = make("div", { class: "head" }, make("h2", {}, said("Help")), this.close);
    this.panel.append(head, this.messages, this.answers, this.asking);
    root.append(this.panel, this.launcher);
    this.launcher.addEventListener("click", () => (this.panel.hidden ? this.show() : this.hide()));
    this.close.addEventListener("click", () => this.hide());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.hide();
    });
    document.body.append(host);
  }

  /** Called whenever the panel is opened by hand. */
  onOpen(listener: () => void): void {
    this.opened = listener;
  }

  /** Answers for this place, or nothing: then only asking is offered. Shown counts once they can be seen. */
  showFound(found: Found): void {
    this.launcher.classList.toggle("has-answers", found.answers.length > 0);
    const offered = found.answers.map((answer) => answer.id).join();
    const besides = found.answers.filter((answer) => !this.inMessages.has(answer.id));
    if (offered !== this.offered) this.answers.replaceChildren(...besides.map((answer) => this.answerBox(answer)));
    if (offered !== this.offered) this.unseen = found.answers.map((answer) => answer.id);
    this.offered = offered;
    this.noteShown();
    if (!this.asking.hasChildNodes()) this.asking.append(found.ask.kind === "ticket" ? this.ticket() : this.community(found));
  }

  /** A message comes once. It opens the panel without taking the keyboard away from what the person is doing. */
  showMessage(message: Message): void {
    if (this.messages.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) return;
    const away = make("button", { type: "button", class: "quiet" }, said("Got it"));
    const box = make("article", { class: "message", "data-id": message.id }, make("h3", {}, message.title));
    box.append(make("p", { class: "text" }, message.text));
    if (message.answer) {
      this.inMessages.add(message.answer.id);
      this.offered = "";
      box.append(this.answerBox({ excerpt: "", because: said("For this"), ...message.answer }));
    }
    if (!message.answer && message.url) box.append(outside(message.url, message.link));
    box.append(away);
    away.addEventListener("click", () => {
      box.remove();
      void this.api.seeMessage(message.id).catch(() => {});
    });
    this.messages.append(box);
    this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.noteShown();
  }

  private show(): void {
    this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.close.focus({ preventScroll: true });
    this.noteShown();
    this.opened();
  }

  private hide(): void {
    this.panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus({ preventScroll: true });
  }

  /** Answers behind a closed panel were shown to nobody: the ledger hears of them when it opens, once. */
  private noteShown(): void {
    if (this.panel.hidden || !this.unseen.length) return;
    this.note(this.unseen, "shown");
    this.unseen = [];
  }

  private note(ids: string[], kind: "shown" | "opened"): void {
    void this.api.noteUse(ids, kind).catch(() => {});
  }

  private answerBox(answer: Answer): HTMLElement {
    const text = make("div", { class: "text" }, ...(answer.body.length ? build(answer.body) : [answer.excerpt]));
    const why = make("p", { class: "why" }, said("{because}: {why}.", { because: answer.because, why: answer.why }));
    const solved = primary(said("This solved it"), "button");
    const acts = make("p", { class: "acts" }, solved, outside(answer.url, said("Open in the community")));
    const box = make("details", { class: "answer" }, make("summary", {}, answer.title), text, why, acts);
    const noteOpened = () => {
      this.tried.add(answer.id);
      this.note([answer.id], "opened");
    };
    box.addEventListener("toggle", noteOpened, { once: true });
    solved.addEventListener("click", () => {
      solved.disabled = true;
      this.api.noteUse([answer.id], "said_solved").then(
        () => {
          this.tried.delete(answer.id);
          acts.replaceChildren(make("span", { class: "thanks", role: "status" }, said("Glad it helped. Thank you.")));
        },
        () => {
          solved.disabled = false;
        },
      );
    });
    return box;
  }

  /** What may answer the question before it is sent; empty where nothing does. An answer that stays keeps its box as it is. */
  private suggestions(...fields: (HTMLInputElement | HTMLTextAreaElement)[]): HTMLElement {
    const slot = make("div", { class: "suggested", role: "status" });
    const boxes = new Map<string, HTMLElement>();
    suggestWhileTyping(
      fields,
      (text, signal) => this.api.findAnswers(text, signal),
      (answers) => {
        const fresh = answers.filter((answer) => !boxes.has(answer.id)).map((answer) => answer.id);
        for (const answer of answers) if (!boxes.has(answer.id)) boxes.set(answer.id, this.answerBox(answer));
        const shown = answers.flatMap((answer) => boxes.get(answer.id) ?? []);
        slot.replaceChildren(...(shown.length ? [make("p", { class: "note" }, said("This may answer it:")), ...shown] : []));
        if (fresh.length) this.note(fresh, "shown");
      },
    );
    return slot;
  }

  private ticket(): HTMLElement {
    const subject = make("input", { id: "subject", maxlength: "200", autocomplete: "off" });
    const body = make("textarea", { id: "body", rows: "4" });
    const problem = make("p", { class: "problem", role: "alert", hidden: "" });
    const send = primary(said("Ask the team"));
    const form = make("form", { class: "form" }, make("label", { for: "subject" }, said("What is going wrong?")), subject);
    form.append(make("label", { for: "body" }, said("What did you do, and what happened instead?")), body);
    form.append(this.suggestions(subject, body), problem, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send.disabled = true;
      this.api.ask(subject.value, body.value, [...this.tried]).then(
        (asked) => {
          const thanks = make("p", { class: "thanks", role: "status" }, said("Asked. The answer comes here:"), " ");
          thanks.append(outside(asked.url, said("Ticket {number}", { number: asked.number })));
          form.replaceChildren(thanks);
        },
        (error: unknown) => {
          send.disabled = false;
          problem.hidden = false;
          problem.textContent = sayProblem(error);
        },
      );
    });
    return make("details", { class: "still-stuck" }, make("summary", {}, said("Still stuck? Ask")), form);
  }

  /** Somebody nobody vouched for asks in the community, with the title filled in. */
  private community(found: Found): HTMLElement {
    const title = make("input", { id: "subject", maxlength: "150", autocomplete: "off" });
    const form = make("form", { class: "form" }, make("label", { for: "subject" }, said("What is going wrong?")), title);
    form.append(this.suggestions(title), primary(said("Ask in the community")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = new URLSearchParams({ title: title.value, page_url: this.api.setting.page() });
      window.open(`${found.ask.url}?${query}`, "_blank", "noopener");
    });
    return make("details", { class: "still-stuck" }, make("summary", {}, said("Still stuck? Ask")), form);
  }
}

/** The server's sentences; what was typed stays where it is. */
function sayProblem(error: unknown): string {
  if (!(error instanceof Refused)) return said("That did not reach us. Check the connection and press Ask again.");
  const fields = Object.values(error.fields);
  return fields.length ? fields.join(" ") : error.message;
}
