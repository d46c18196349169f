/* The toolbar: one stop for the Tab key, arrows within it. Other scripts reach the text through two events on the editor:
   it tells `editor:image` when the picture button is pressed (preventDefault takes it over), and it hears
   `editor:insert` with `{ text }` and puts that at the cursor. */
import { apply, insert } from "./formats";

export function startToolbar(editor: HTMLElement, text: HTMLTextAreaElement): void {
  const bar = editor.querySelector<HTMLElement>("[role=toolbar]");
  if (!bar) return;
  bar.hidden = false;
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button")];
  const rove = (to: HTMLButtonElement | undefined): void => {
    for (const button of buttons) button.tabIndex = button === (to ?? buttons[0]) ? 0 : -1;
  };
  rove(buttons[0]);
  bar.addEventListener("focusin", ({ target }) => rove(target as HTMLButtonElement));
  bar.addEventListener("keydown", (event) => {
    const next = neighbour(buttons, event);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  bar.addEventListener("click", ({ target }) => {
    const name = (target as Element).closest<HTMLElement>("[data-format]")?.dataset.format;
    if (name && !(name === "image" && isTaken(editor))) apply(text, name);
  });
  editor.addEventListener("editor:insert", (event) => insert(text, (event as CustomEvent<{ text: string }>).detail.text));
}

function isTaken(editor: HTMLElement): boolean {
  return !editor.dispatchEvent(new CustomEvent("editor:image", { bubbles: true, cancelable: true }));
}

function neighbour(buttons: HTMLButtonElement[], { key }: KeyboardEvent): HTMLButtonElement | undefined {
  const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (key === "ArrowRight") return buttons[(here + 1) % buttons.length];
  if (key === "ArrowLeft") return buttons.at(here - 1);
  if (key === "Home") return buttons[0];
  return key === "End" ? buttons.at(-1) : undefined;
}
