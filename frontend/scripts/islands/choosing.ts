/* Choosing several rows of a table and doing one thing with all of them. Without this script the form works the same:
   boxes are ticked and a button is pressed. With it: x chooses the row one is on, Shift with a click chooses a range,
   Escape lets go, a button says its key in data-key, and buttons wait for as many rows as data-least says. In a bar with data-acts-here
   a key chooses the row one is on where none is chosen; Enter in one of its fields presses the button beside it. */
import { isSingleKey } from "../keyboard";
import { said as words, saidMany } from "../words";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-choosing]")) start(form);

function start(form: HTMLFormElement): void {
  let last = -1;
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("[data-choose]")) return;
    const boxes = boxesOf(form);
    const here = boxes.indexOf(box);
    if (event.shiftKey && last >= 0) {
      for (const between of boxes.slice(Math.min(last, here), Math.max(last, here) + 1)) between.checked = box.checked;
    }
    last = here;
    tell(form);
  });
  form.addEventListener("change", () => tell(form));
  document.addEventListener("keydown", (event) => {
    if (isSingleKey(event) && answer(form, event)) event.preventDefault();
  });
  form.querySelector("[data-chosen-bar]")?.addEventListener("keydown", pressBeside as EventListener);
  tell(form);
}

/** Enter in a list or field means its own button, not the first of the form. */
function pressBeside(event: KeyboardEvent): void {
  const field = event.target;
  if (event.key !== "Enter" || !(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
  const button = field.closest(".chosen-bar__group")?.querySelector<HTMLButtonElement>("button");
  if (!button) return;
  event.preventDefault();
  button.click();
}

function boxesOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("[data-choose]")];
}

/** Whether the key meant something here. */
function answer(form: HTMLFormElement, event: KeyboardEvent): boolean {
  if (event.key === "x") return choose(form);
  if (event.key === "Escape") return letGo(form);
  chooseHere(form, event.key);
  const button = [...form.querySelectorAll<HTMLElement>("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!button || (button instanceof HTMLButtonElement && button.disabled) || !button.checkVisibility()) return false;
  if (button instanceof HTMLButtonElement) button.click();
  else button.focus();
  return true;
}

/** Where the bar acts on the row one is on and none is chosen, its keys choose that row. */
function chooseHere(form: HTMLFormElement, key: string): void {
  const acts = form.querySelector(`[data-acts-here] [data-key="${CSS.escape(key)}"]`);
  if (acts && !boxesOf(form).some((box) => box.checked)) choose(form);
}

function choose(form: HTMLFormElement): boolean {
  const row = form.querySelector("[data-row].is-here, [data-row]:focus-within");
  const box = row?.querySelector<HTMLInputElement>("[data-choose]");
  if (!box) return false;
  box.checked = !box.checked;
  tell(form);
  return true;
}

function letGo(form: HTMLFormElement): boolean {
  const chosen = boxesOf(form).filter((box) => box.checked);
  for (const box of chosen) box.checked = false;
  tell(form);
  return chosen.length > 0;
}

/** Says how many are chosen, and lets those buttons be pressed that have enough. */
function tell(form: HTMLFormElement): void {
  const boxes = boxesOf(form);
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("[data-row]")?.classList.toggle("is-chosen", box.checked);
  form.querySelector("[data-chosen-bar]")?.classList.toggle("is-waiting", chosen === 0);
  const said = form.querySelector("[data-chosen-count]");
  if (said) said.textContent = chosen === 0 ? words("None chosen") : saidMany("{n} chosen", "{n} chosen", chosen);
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[data-least]")) button.disabled = chosen < Number(button.dataset.least);
}
