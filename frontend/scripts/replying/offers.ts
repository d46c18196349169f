/* A press or a key puts an answer that is offered beside the ticket into the reply. A request that fails becomes the plain form's,
   which brings the page back with the answer below what was typed. */
import { isSingleKey } from "../keyboard";
import { said } from "../words";
import { take } from "./taking";

export function startOffers(text: HTMLTextAreaElement): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-inserts]")];
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      if (button.dataset.plain !== undefined) return;
      event.preventDefault();
      void insert(button, text);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!isSingleKey(event)) return;
    const button = buttons.find((one) => one.dataset.inserts === event.key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

async function insert(button: HTMLButtonElement, text: HTMLTextAreaElement): Promise<void> {
  const status = document.querySelector<HTMLElement>("[data-offers-said]");
  button.disabled = true;
  try {
    await take(text, button.formAction);
    if (status) status.textContent = said("Inserted. Undo takes it out again.");
  } catch {
    button.disabled = false;
    button.dataset.plain = "";
    button.click();
  }
  button.disabled = false;
}
