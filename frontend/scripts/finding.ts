/* The search field of the top bar lists what it finds while one types: an ARIA combobox. Without it the form still searches. */

import { said } from "./words";

const PAUSE = 150; // milliseconds after the last key; shorter asks for every letter
const SHORTEST = 3;

export function startFinding(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-search]")) combine(field);
}

function combine(field: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.className = "hits";
  list.id = "search-hits";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", said("Found"));
  field.closest("form")?.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]])
    field.setAttribute(name!, value!);
  let waiting = 0;
  let asking: AbortController | undefined;

  const show = (html: string): void => {
    list.innerHTML = html;
    list.hidden = !list.childElementCount;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  };
  const stop = (): void => {
    clearTimeout(waiting);
    asking?.abort();
  };
  field.addEventListener("input", () => {
    stop();
    const typed = field.value;
    if (typed.trim().length < SHORTEST) return show("");
    waiting = window.setTimeout(async () => {
      asking = new AbortController();
      const html = await ask(typed, asking.signal);
      if (html !== null) show(html);
    }, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const chosen = list.querySelector<HTMLElement>("[aria-selected=true]");
    if (event.key === "Escape" && !list.hidden) show("");
    else if (event.key === "ArrowDown" && !list.hidden) choose(field, list, chosen?.nextElementSibling ?? list.firstElementChild);
    else if (event.key === "ArrowUp" && !list.hidden) choose(field, list, chosen?.previousElementSibling ?? list.lastElementChild);
    else if (event.key === "Enter" && chosen) location.assign(chosen.dataset["href"]!);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => {
    stop();
    show("");
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, so blur does not close it
  list.addEventListener("click", ({ target }) => {
    const hit = (target as HTMLElement).closest<HTMLElement>("[data-href]");
    if (hit) location.assign(hit.dataset["href"]!);
  });
}

/** The options; null where a newer question took its place or nothing answers. */
async function ask(typed: string, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(`/search/hits?${new URLSearchParams({ q: typed })}`, { signal, headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : "";
  } catch {
    return null;
  }
}

function choose(field: HTMLInputElement, list: HTMLElement, hit: Element | null): void {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === hit));
  if (!hit) return;
  field.setAttribute("aria-activedescendant", hit.id);
  hit.scrollIntoView({ block: "nearest" });
}
