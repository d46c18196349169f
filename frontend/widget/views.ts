/* What the panel shows, one view at a time, and what a view may ask of the panel. A view is built once and kept while it can be gone back to. */
import type { Api, Found } from "./api";

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
  open: Record<string, never>;
  close: Record<string, never>;
  shown: { answers: string[] };
  opened: { answer: string };
  solved: { answer: string };
  asked: { ticket: number; url: string };
  unread: { count: number };
  message: { id: string };
  expired: Record<string, never>;
}

export type Emit = <Name extends keyof Events>(name: Name, detail: Events[Name]) => void;

export interface Frame {
  readonly api: Api;
  /** What the server said of this page last. */
  readonly found: Found;
  /** Answers that were opened and did not help so far: a ticket brings them along. */
  readonly tried: Set<string>;
  readonly emit: Emit;
  /** Put a view before the present one; Back leads to that again. */
  show(view: View): void;
  /** Go to the place of this name at the panel's foot, and forget where one has been. */
  go(place: PlaceName): void;
  back(): void;
  /** Read aloud when whoever listens has a moment. */
  announce(text: string): void;
}

export type PlaceName = "home" | "tickets" | "chat";

/** A view that stands in the row at the panel's foot, as `places.ts` lists them. */
export interface Place {
  readonly key: PlaceName;
  readonly name: () => string;
  /** Path of a 24 by 24 icon, drawn as a line. */
  readonly icon: string;
  /** Whether there is anything for this caller at all. */
  isFor(found: Found): boolean;
  make(frame: Frame): View;
}
