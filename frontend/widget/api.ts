/* The widget's calls. Who it is travels in headers, so that the token stands in no address and in no log. */
import { said } from "./words";

/** A text, or a tag with its children, or a link or picture: what an answer's body is made of. Nothing in it can run. */
export type Body = string | [tag: string, children: Body[], address?: string];

/** An answer in full. */
export interface Answer {
  id: string;
  title: string;
  /** Empty where it was too long to be sent along; then it is asked for. */
  body: Body[];
  url: string;
  why: string;
  author: string;
  licence: string | null;
  language: string;
  direction: string;
}

/** An answer as offered, with the reason why here. */
export interface Offered extends Answer {
  excerpt: string;
  because: string;
}

export interface Incident {
  number: number;
  title: string;
  impact: string;
  said: string;
  text: string;
  url: string;
  updated_at: string;
}

export interface Found {
  answers: Offered[];
  /** What a newer release of the product would end, in words. */
  update: string;
  /** Where a question goes: a ticket when the product vouched for who asks, else the community. */
  ask: { kind: "ticket" | "forum"; url: string };
  incidents: Incident[];
  unread: number;
  /** What the button says in the page's language. */
  label: string;
}

export interface Message {
  id: string;
  title: string;
  text: string;
  url: string;
  link: string;
  /** The ticket it tells of, or null. */
  ticket: number | null;
  /** The answer it is about, where everybody may read that. */
  answer: Answer | null;
}

export interface OwnTicket {
  number: number;
  subject: string;
  state: "open" | "pending" | "solved";
  is_unread: boolean;
  last_message_at: string;
}

export interface Turn {
  id: string;
  author: string;
  is_own: boolean;
  body: Body[];
  created_at: string;
}

export interface Ticket extends Omit<OwnTicket, "is_unread" | "last_message_at"> {
  url: string;
  turns: Turn[];
}

export interface Setting {
  base: string;
  writeKey: string;
  /** Who looks; a page may say so anew. */
  token: string;
  /** What the answers and refusals are said in. */
  language: string;
  /** The version of the product, "" where the page does not say. */
  release: string;
  /** The address of the page in the product; the browser's own unless the product says otherwise. */
  page: () => string;
}

export interface Heard {
  message: (message: Message) => void;
  unread: (told: { count: number }) => void;
}

/** What the server refused, in its own words; `fields` says where. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly fields: Record<string, string>,
    readonly status: number,
  ) {
    super(message);
  }
}

const HELP = "/api/v1/help";

export class Api {
  private readonly typing = Math.random().toString(36).slice(2);

  constructor(readonly setting: Setting) {}

  findHelp(element: string): Promise<Found> {
    return this.call(`${HELP}?${this.place({ element })}`);
  }

  /**
   * Answers to what is being typed. The server, too, drops an older question of the same page for a newer one. `asking`: into a form that
   * asks, where a few people by lot are shown nothing.
   */
  findAnswers(text: string, signal: AbortSignal, asking = false): Promise<Found> {
    const typed = { text, typing: this.typing, ...(asking ? { asking: "true" } : {}) };
    return this.call(`${HELP}?${this.place(typed)}`, undefined, signal);
  }

  readAnswer(id: string): Promise<Answer> {
    return this.call(`${HELP}/answers/${encodeURIComponent(id)}`);
  }

  readArticle(number: string): Promise<Answer> {
    return this.call(`${HELP}/articles/${encodeURIComponent(number)}`);
  }

  noteUse(answerIds: string[], kind: "shown" | "opened" | "said_solved"): Promise<unknown> {
    return this.call(`${HELP}/uses`, { kind, answer_ids: answerIds, page_url: this.setting.page() });
  }

  ask(subject: string, body: string, tried: string[]): Promise<{ number: number; url: string }> {
    return this.call(`${HELP}/questions`, { subject, body, page_url: this.setting.page(), tried });
  }

  listTickets(): Promise<{ items: OwnTicket[] }> {
    return this.call(`${HELP}/tickets`);
  }

  readTicket(number: number): Promise<Ticket> {
    return this.call(`${HELP}/tickets/${number}`);
  }

  writeInTicket(number: number, body: string): Promise<unknown> {
    return this.call(`${HELP}/tickets/${number}/messages`, { body });
  }

  async seeTicket(number: number): Promise<void> {
    await this.send(`${HELP}/tickets/${number}/seen`, {});
  }

  keepFile(file: File): Promise<{ name: string; markdown: string }> {
    const form = new FormData();
    form.append("file", file);
    return this.call(`${HELP}/files`, form);
  }

  async seeMessage(id: string): Promise<void> {
    await this.send(`${HELP}/messages/${encodeURIComponent(id)}/seen`, {});
  }

  /** What comes by itself; comes back when the stream ends or `signal` aborts it. */
  async hear(heard: Heard, signal: AbortSignal): Promise<void> {
    const response = await this.send(`${HELP}/live`, undefined, signal);
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) readBlock(block, heard);
    }
  }

  /** For views with calls of their own, such as the chat: the answer, or `Refused`. */
  async call<T>(path: string, body?: object | FormData, signal?: AbortSignal, more: Record<string, string> = {}): Promise<T> {
    const response = await this.send(path, body, signal, more);
    const answer = await response.json();
    if (!response.ok) throw new Refused(answer.error?.message ?? said("That did not work."), answer.error?.fields ?? {}, response.status);
    return answer as T;
  }

  private place(more: Record<string, string>): URLSearchParams {
    const { page, release } = this.setting;
    return new URLSearchParams({ page: page(), ...(release ? { release } : {}), ...more });
  }

  private send(path: string, body?: object | FormData, signal?: AbortSignal, more: Record<string, string> = {}): Promise<Response> {
    const { base, writeKey, token, language } = this.setting;
    const headers: Record<string, string> = { "X-Write-Key": writeKey, "Accept-Language": language, ...more };
    if (token) headers["X-Identity-Token"] = token;
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    return fetch(base + path, {
      method: body ? "POST" : "GET",
      credentials: "omit",
      headers,
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}

function readBlock(block: string, heard: Heard): void {
  const lines = block.split(/\r?\n/);
  const after = (name: string) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length).trimStart());
  const data = after("data:").join("\n");
  if (!data) return;
  const [kind = "message"] = after("event:");
  if (kind === "unread") heard.unread(JSON.parse(data));
  else if (kind === "message") heard.message(JSON.parse(data));
}

/** The server knows nothing of it, or not for whoever asks. */
export const isGone = (error: unknown): boolean => error instanceof Refused && error.status === 404;

/** The server's sentences, those of the fields first; what was typed stays where it is. */
export function sayProblem(error: unknown): string {
  if (!(error instanceof Refused)) return said("That did not reach us. Check the connection and try again.");
  const fields = Object.values(error.fields);
  return fields.length ? fields.join(" ") : error.message;
}
