/* What the panel shows, one view at a time, and what a view may ask of the panel. A view is built once and kept while it can be gone back to. */
import type { Api } from "./api";

export interface View {
  /** Stands in the head of the panel and names it for whoever cannot see it. */
  readonly title: string;
  readonly element: HTMLElement;
  /** It came into sight, first or again. */
  shown?(): void;
  /** It went out of sight: whatever it asks for by the clock ends here. */
  left?(): void;
}

/** What the page is told of by `Answerloop.on`. */
export interface Events {
  ready: Record<string, never>;
  open: Record<string, never>;
  close: Record<string, never>;
  shown: { answers: string[] };
  opened: { answer: string };
  solved: { answer: string };
  asked: { ticket: number; url: string };
  unread: { count: number };
  message: { id: string };
}

export interface Frame {
  readonly api: Api;
  /** Answers that were opened and did not help so far: a ticket brings them along. */
  readonly tried: Set<string>;
  /** Put a view before the present one; Back leads to that again. */
  show(view: View): void;
  back(): void;
  /** Read aloud when whoever listens has a moment. */
  announce(text: string): void;
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
}

/** A view that stands in the row at the panel's foot. `chat.ts` exports one: `export const chat: Place`. */
export interface Place {
  readonly name: () => string;
  /** Path of a 24 by 24 icon. */
  readonly icon: string;
  make(frame: Frame): View;
}
