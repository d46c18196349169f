/* What is said in a chat, as boxes: who, when, and passages of answers with the numbers of where they stand. */
import type { Body } from "./api";
import { type Child, make } from "./dom";
import { said, saidAt } from "./words";

interface Line {
  kind: "text" | "step" | "point" | "code";
  text: string;
  cites: number[];
}

interface Source {
  number: number;
  answer_id: string;
  title: string;
  url: string;
  why: string;
}

export interface ChatTurn {
  id: string;
  position: number;
  speaker: "person" | "assistant" | "agent";
  kind: string;
  text: string;
  missing: string;
  author: string;
  body: Body[];
  lines: Line[];
  sources: Source[];
  choices: { answer_id: string; label: string }[];
  /** Topics that ask the same and wait for an answer. */
  waiting: { title: string; url: string }[];
  wanted: string;
  options: string[];
  /** A button that a flow offers; its confirmation is empty once it stands no more. */
  label: string;
  confirmation: string;
  created_at: string;
}

export function bubble(kind: string, turn: ChatTurn, ...content: Child[]): HTMLElement {
  const by = { person: said("You"), assistant: said("Assistant"), agent: turn.author }[turn.speaker];
  const head = make("p", { class: "by" }, make("strong", { dir: "auto" }, by), " ", make("time", { datetime: turn.created_at }, saidAt(turn.created_at)));
  const box = make("div", { class: kind }, head);
  if (content.length) box.append(make("div", { class: "text", dir: "auto" }, ...content));
  return box;
}

/** Steps of one list together, sentences of one source in one paragraph, code by itself. */
export function blocks(lines: Line[]): HTMLElement[] {
  const made: HTMLElement[] = [];
  const cites: number[][] = [];
  let before: Line | null = null;
  for (const line of lines) {
    const goesOn = before?.kind === line.kind && line.kind !== "code" && String(before.cites) === String(line.cites);
    const last = made[made.length - 1];
    if (line.kind === "code") made.push(make("div", { class: "wide", tabindex: "0" }, make("pre", {}, make("code", {}, line.text))));
    else if (goesOn) last?.append(...(line.kind === "text" ? [" ", line.text] : [make("li", {}, line.text)]));
    else if (line.kind === "text") made.push(make("p", {}, line.text));
    else made.push(make(line.kind === "step" ? "ol" : "ul", {}, make("li", {}, line.text)));
    if (!goesOn) cites.push(line.cites);
    before = line;
  }
  made.forEach((one, at) => cite(one, cites[at] ?? []));
  return made;
}

/** The numbers of its sources, at the end of what is read last in it. */
function cite(block: HTMLElement, numbers: number[]): void {
  const end = block.querySelector("li:last-child") ?? block;
  end.append(...numbers.map((number) => make("span", { class: "cite" }, String(number))));
}
