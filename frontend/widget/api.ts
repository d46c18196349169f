/* The widget's calls. Who it is travels in headers, so that the token stands in no address and in no log. */

import { said } from "./words";

/** A text, or a tag with its children, or a link: what an answer's body is made of. Nothing in it can run. */
export type Body = string | [tag: string, children: Body[], address?: string];

export interface Answer {
  id: string;
  title: string;
  excerpt: string;
  /** Empty where the answer is too long to be sent along. */
  body: Body[];
  url: string;
  /** Why it is offered here, and what speaks for it. */
  because: string;
  why: string;
}

export interface Found {
  answers: Answer[];
  /** Where a question goes: a ticket when the product vouched for who asks, else the community. */
  ask: { kind: "ticket" | "forum"; url: string };
}

export interface Message {
  id: string;
  title: string;
  text: string;
  url: string;
  link: string;
  /** The answer it is about, where everybody may read that. */
  answer: (Omit<Answer, "excerpt" | "because"> & { excerpt?: string }) | null;
}

export interface Setting {
  base: string;
  writeKey: string;
  token: string;
  /** What the answers and refusals are said in. */
  language: string;
  /** The address of the page in the product; the browser's own unless the product says otherwise. */
  page: () => string;
}

/** What the server refused, in its own words; `fields` says where. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly fields: Record<string, string>,
  ) {
    super(message);
  }
}

export class Api {
  private readonly typing = Math.random().toString(36).slice(2);

  constructor(readonly setting: Setting) {}

  findHelp(element: string): Promise<Found> {
    return this.call(`/api/v1/help?${new URLSearchParams({ page: this.setting.page(), element })}`);
  }

  /** Answers to what is being typed. The server, too, drops an older question of the same page for a newer one. */
  findAnswers(text: string, signal: AbortSignal): Promise<Found> {
    const query = new URLSearchParams({ page: this.setting.page(), text, typing: this.typing });
    return this.call(`/api/v1/help?${query}`, undefined, signal);
  }

  noteUse(answerIds: string[], kind: "shown" | "opened" | "said_solved"): Promise<unknown> {
    return this.call("/api/v1/help/uses", { kind, answer_ids: answerIds, page_url: this.setting.page() });
  }

  ask(subject: string, body: string, tried: string[]): Promise<{ number: number; url: string }> {
    return this.call("/api/v1/help/questions", { subject, body, page_url: this.setting.page(), tried });
  }

  async seeMessage(id: string): Promise<void> {
    await this.send(`/api/v1/help/messages/${encodeURIComponent(id)}/seen`, {});
  }

  /** Messages as they come; comes back when the stream ends or `signal` aborts it. */
  async hear(onMessage: (message: Message) => void, signal: AbortSignal): Promise<void> {
    const response = await this.send("/api/v1/help/live", undefined, signal);
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) readBlock(block, onMessage);
    }
  }

  private async call<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
    const response = await this.send(path, body, signal);
    const answer = await response.json();
    if (!response.ok) throw new Refused(answer.error?.message ?? said("That did not work."), answer.error?.fields ?? {});
    return answer as T;
  }

  private send(path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const { base, writeKey, token, language } = this.setting;
    const headers: Record<string, string> = { "X-Write-Key": writeKey, "Accept-Language": language };
    if (token) headers["X-Identity-Token"] = token;
    if (body) headers["Content-Type"] = "application/json";
    return fetch(base + path, {
      method: body ? "POST" : "GET",
      credentials: "omit",
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}

function readBlock(block: string, onMessage: (message: Message) => void): void {
  const data = block
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
  if (data) onMessage(JSON.parse(data) as Message);
}
