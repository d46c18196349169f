/* Talking with the assistant, and with the team once they have it. What comes back is built element by element; a conversation outlives
   a change of page, in this tab alone. */
import { askView } from "./asking";
import { isGone, sayProblem } from "./api";
import { build } from "./body";
import { blocks, bubble, type ChatTurn } from "./chat_turns";
import { button, type Child, field, icon, ICONS, make, outside } from "./dom";
import type { Frame, View } from "./views";
import { said } from "./words";

interface Chat {
  id: string;
  turns: ChatTurn[];
  awaits: string;
  /** People have it: what is written goes to them. */
  at_desk: boolean;
}

interface Kept {
  id: string;
  secret: string;
}

const CHATS = "/api/v1/help/chats";

/** Milliseconds between looks for what the team wrote, and at most when nothing comes. */
const LOOK_AFTER = 3_000;
const LOOK_AT_MOST = 30_000;

export function chatView(frame: Frame): View {
  const talk = new Talk(frame);
  return {
    title: said("Chat"),
    element: talk.element,
    shown: () => void talk.begin(),
    left: () => talk.rest(),
  };
}

class Talk {
  private readonly turns = make("div", { class: "turns", role: "log", "aria-label": said("What was said") });
  private readonly opening = make("p", { class: "note" }, said("Ask in your own words. You get what helped others, with where it stands, or a person."));
  private readonly page = make("div", { class: "page conversation" }, make("h2", { tabindex: "-1", class: "unseen" }, said("Chat")), this.opening, this.turns);
  private readonly problem = make("p", { class: "problem", role: "alert", hidden: "" });
  private readonly text = make("textarea", { rows: "1", maxlength: "2000" });
  private readonly send = button("primary", [icon(ICONS.send), said("Send")], undefined, "submit");
  private readonly person = button("plain", said("Talk to a person"), () => void this.handOff(""));
  private readonly address = make("form", { class: "foot", novalidate: "", hidden: "" });
  readonly element = make("div", { class: "with-foot" }, this.page);

  private kept: Kept | null;
  private last = 0;
  private asked = "";
  private atDesk = false;
  private looking = 0;
  private wait = LOOK_AFTER;

  constructor(private readonly frame: Frame) {
    this.kept = recall(this.key());
    this.name(said("Your question"));
    const form = make("form", { class: "foot", novalidate: "" }, this.problem, this.text, make("div", { class: "foot-acts" }, this.person, this.send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.say({ text: this.text.value });
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.askForAddress();
    this.element.append(this.address, form);
  }

  /** Go on where it was, or begin: a flow of this page may have the first word. */
  async begin(): Promise<void> {
    await this.trying(async () => {
      try {
        if (this.kept) return this.show(await this.call(`?after=${this.last}`));
      } catch (error) {
        if (this.last || !isGone(error)) throw error; // else it was forgotten by the server, or is another person's by now
      }
      await this.start();
    });
    this.text.focus({ preventScroll: true });
  }

  rest(): void {
    clearTimeout(this.looking);
  }

  private async start(): Promise<void> {
    const began = await this.frame.api.call<{ secret: string; chat: Chat }>(CHATS, { page_url: this.frame.api.setting.page() });
    this.kept = { id: began.chat.id, secret: began.secret };
    keep(this.key(), this.kept);
    this.show(began.chat);
  }

  private async say(turn: { text?: string; choice?: string }): Promise<void> {
    if (this.send.disabled || (!turn.choice && !turn.text?.trim())) return;
    await this.trying(async () => {
      this.show(await this.call("/turns", { ...turn, after: this.last }));
      if (turn.text) this.asked = turn.text;
      if (this.text.value === turn.text) this.text.value = "";
    });
  }

  private handOff(address: string): Promise<void> {
    return this.trying(async () => {
      const passed = await this.call<{ chat: Chat }>("/hand-off", { address });
      this.show(passed.chat);
    });
  }

  private confirm(turn: ChatTurn): Promise<void> {
    return this.trying(async () => this.show(await this.call("/confirmations", { turn_id: turn.id, confirmation: turn.confirmation })));
  }

  private note(answer: string, kind: "opened" | "said_solved"): Promise<unknown> {
    return this.call("/uses", { kind, answer_id: answer });
  }

  private async call<T = Chat>(path: string, body?: object): Promise<T> {
    if (!this.kept) await this.start();
    const { id, secret } = this.kept!;
    return this.frame.api.call<T>(`${CHATS}/${id}${path}`, body, undefined, { "X-Chat-Secret": secret });
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    this.send.disabled = true;
    this.problem.hidden = true;
    try {
      await act();
    } catch (error) {
      this.problem.hidden = false;
      this.problem.textContent = sayProblem(error);
    } finally {
      this.send.disabled = false;
    }
  }

  private show(chat: Chat): void {
    const fresh = chat.turns.filter((turn) => turn.position > this.last);
    if (fresh.length) {
      for (const spent of this.turns.querySelectorAll(".offers")) spent.remove();
      this.turns.append(...fresh.map((turn) => this.box(turn)));
      this.last = fresh[fresh.length - 1]!.position;
      this.opening.hidden = true;
      this.wait = LOOK_AFTER;
    }
    this.atDesk = chat.at_desk;
    this.person.hidden = chat.at_desk || chat.awaits === "address";
    this.address.hidden = chat.at_desk || chat.awaits !== "address";
    this.name(chat.at_desk ? said("Write to the team") : said("Your question"));
    if (fresh.length) this.turns.lastElementChild?.scrollIntoView({ block: "nearest" });
    if (!this.address.hidden && fresh.length) this.address.querySelector("input")?.focus();
    this.lookLater();
  }

  /** Only while people have it and somebody looks at it. */
  private lookLater(): void {
    clearTimeout(this.looking);
    if (!this.atDesk || !this.element.isConnected) return;
    this.looking = window.setTimeout(() => {
      if (document.hidden) return this.lookLater();
      this.call(`?after=${this.last}`).then(
        (chat) => {
          this.wait = Math.min(this.wait * 1.5, LOOK_AT_MOST);
          this.show(chat);
        },
        () => {
          this.wait = Math.min(this.wait * 2, LOOK_AT_MOST);
          this.lookLater();
        },
      );
    }, this.wait);
  }

  private box(turn: ChatTurn): HTMLElement {
    if (turn.speaker === "person") return bubble("turn own", turn, turn.text || said("That one."));
    if (turn.speaker === "agent") return bubble("turn", turn, ...build(turn.body));
    const content: Child[] = turn.lines.length ? this.answer(turn) : turn.text ? [make("p", { dir: "auto" }, turn.text)] : [];
    if (turn.waiting.length) content.push(make("p", {}, said("Asked in the community, and waiting for an answer:")));
    for (const topic of turn.waiting) content.push(make("p", {}, outside(topic.url, topic.title)));
    if (turn.missing) content.push(make("p", { class: "note" }, turn.missing));
    const box = bubble("turn", turn, ...content);
    const offers = this.offers(turn);
    if (offers.length) box.append(make("div", { class: "acts offers" }, ...offers));
    return box;
  }

  private answer(turn: ChatTurn): Child[] {
    const sources = turn.sources.map((source) => {
      const link = outside(source.url, make("span", { class: "cite" }, String(source.number)), " ", source.title);
      link.addEventListener("click", () => {
        this.frame.emit("opened", { answer: source.answer_id });
        void this.note(source.answer_id, "opened").catch(() => {});
      });
      return make("li", {}, link, " ", make("span", { class: "note" }, source.why));
    });
    return [...blocks(turn.lines), make("ol", { class: "sources", "aria-label": said("Sources") }, ...sources), this.solved(turn)];
  }

  private solved(turn: ChatTurn): HTMLElement {
    const answer = turn.sources[0]!.answer_id;
    const acts = make("p", { class: "acts" });
    const press = button("plain", said("This solved it"), () => {
      press.disabled = true;
      this.note(answer, "said_solved").then(
        () => {
          this.frame.emit("solved", { answer });
          acts.replaceChildren(make("span", { class: "thanks", role: "status" }, said("Glad it helped. Thank you.")));
        },
        () => (press.disabled = false),
      );
    });
    acts.append(press);
    return acts;
  }

  /** What may be pressed instead of writing; gone as soon as anything else is said. */
  private offers(turn: ChatTurn): HTMLElement[] {
    const choices = turn.choices.map((one) => button("plain", one.label, () => void this.say({ choice: one.answer_id })));
    const options = turn.options.map((one) => button("plain", one, () => void this.say({ text: one })));
    if (turn.kind === "unknown") return [button("plain", said("Ask"), () => this.frame.show(askView(this.frame, { subject: this.asked })))];
    if (!turn.confirmation) return [...choices, ...options];
    const no = said("No, thanks");
    return [button("primary", turn.label, () => void this.confirm(turn)), button("plain", no, () => void this.say({ text: no }))];
  }

  private askForAddress(): void {
    const address = make("input", { type: "email", autocomplete: "email" });
    const send = button("primary", said("Send"), undefined, "submit");
    const hint = make("p", { class: "note" }, said("Only to send you the answer. It makes no account and opens none."));
    const line = make("div", { class: "foot-acts" }, field(said("Your e-mail address"), address, "address"), send);
    this.address.append(line, hint);
    this.address.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.handOff(address.value);
    });
  }

  private name(what: string): void {
    this.text.setAttribute("aria-label", what);
    this.text.placeholder = what;
  }

  private key(): string {
    return `answerloop-chat:${this.frame.api.setting.writeKey}`;
  }
}

/** A page may forbid its storage to everybody: then a conversation ends with the page. */
function recall(key: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function keep(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // it goes on without
  }
}
