/* Elements, made one by one: no HTML out of strings, no style attributes, so that the strictest page lets them in. */

export type Child = Node | string;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(path: string, name = ""): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (name) svg.setAttribute("class", name);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  alert: "M12 9v4m0 4h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z",
  article: "M14 3H6a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V9zM14 3v6h6M8 13h8M8 17h5",
  ask: "M21 12a8 8 0 0 1-11.6 7.2L3 21l1.8-6.4A8 8 0 1 1 21 12zM9.8 9.6a2.3 2.3 0 0 1 4.5.6c0 1.5-2.3 2-2.3 2.8M12 16h.01",
  back: "m15 18-6-6 6-6",
  chat: "M4 5.5h16v11h-8L7.5 20v-3.5H4z",
  clip: "m21 11-9 9a5.7 5.7 0 0 1-8-8l9-9a3.8 3.8 0 0 1 5.4 5.4l-9 9a1.9 1.9 0 0 1-2.7-2.7l8.3-8.3",
  close: "M6 6l12 12M18 6 6 18",
  home: "m3 10.5 9-7.5 9 7.5V20a1 1 0 0 1-1 1h-5v-6H9v6H4a1 1 0 0 1-1-1z",
  next: "m9 18 6-6-6-6",
  outside: "M14 4h6v6M20 4l-9 9M19 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1h5",
  people: "M16 20v-1.5a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4V20M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M22 20v-1.5a4 4 0 0 0-3-3.9M16 3.1a4 4 0 0 1 0 7.8",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4",
  send: "M12 19V5M5 12l7-7 7 7",
  tickets: "M4 5h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H9l-4.5 3.5V18H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8 10h8M8 14h5",
  update: "M12 4v12M6 10l6-6 6 6M4 20h16",
} as const;

export function button(kind: string, text: Child | Child[], act?: () => void, type = "button"): HTMLButtonElement {
  const made = make("button", { type, class: kind }, ...[text].flat());
  if (act) made.addEventListener("click", act);
  return made;
}

/** Leads to a page of its own: the product's page stays where it is. */
export function outside(address: string, ...children: Child[]): HTMLAnchorElement {
  return make("a", { href: address, target: "_blank", rel: "noopener" }, ...children);
}

/** One row of a list that leads on. */
export function row(title: string, note: string, act: () => void, leading?: Child): HTMLButtonElement {
  const text = make("span", { class: "row-text" }, make("span", { class: "row-title", dir: "auto" }, title));
  if (note) text.append(make("span", { class: "note" }, note));
  return button("row", [...(leading ? [leading] : []), text, icon(ICONS.next, "flips")], act);
}

/** A field with its name above it. */
export function field<F extends HTMLElement>(name: string, control: F, id: string): HTMLElement {
  control.id = id;
  return make("div", { class: "field" }, make("label", { for: id }, name), control);
}

/** Up and down walk these rows, up from the first leads back to `from`. */
export function walkByArrows(from: HTMLElement, list: HTMLElement): void {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...list.querySelectorAll<HTMLElement>("button.row")];
    if (!step || !rows.length) return;
    const at = rows.findIndex((one) => one === event.target) + step;
    if (event.target === from && step < 0) return;
    event.preventDefault();
    (at < 0 ? from : rows[Math.min(at, rows.length - 1)])?.focus();
  };
  from.addEventListener("keydown", move);
  list.addEventListener("keydown", move);
}
