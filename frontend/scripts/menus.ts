/* Small behaviours asked for by an attribute, by delegation, so that what htmx swaps in has them too. */
import { announce } from "./announce";

export function startMenus(): void {
  document.addEventListener("click", click);
  // Captured, so that it comes before htmx takes the form.
  document.addEventListener("submit", confirmFirst, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null, true);
  });
  for (const item of document.querySelectorAll<HTMLElement>("[data-needs-script]")) item.hidden = false;
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
  document.addEventListener("htmx:responseError", () => announce({ title: "That did not work", text: "Nothing was changed. Try again in a moment." }));
  document.addEventListener("htmx:sendError", () => announce({ title: "No connection", text: "What you wrote is still here." }));
}

function click(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  closeMenus(target);
  const pressed = target?.closest<HTMLElement>("[data-opens], [data-closes], [data-dismiss], [data-copy]");
  if (!pressed) return;
  const { opens, copy } = pressed.dataset;
  if (opens) document.querySelector<HTMLDialogElement>(`dialog#${CSS.escape(opens)}`)?.showModal();
  if (pressed.matches("[data-closes]")) pressed.closest("dialog")?.close();
  if (pressed.matches("[data-dismiss]")) pressed.closest("[data-dismissable]")?.remove();
  if (copy) void navigator.clipboard.writeText(copy).then(() => announce({ title: "Copied" }));
}

function closeMenus(target: Element | null, returnFocus = false): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[open]:is([data-menu], .explain)")) {
    if (target && menu.contains(target)) continue;
    if (returnFocus && menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    menu.open = false;
  }
}

/** Asks once more in a dialog; the answer "yes" sends the form as if nothing had happened. */
function confirmFirst(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  askSure(form.dataset.confirm, () => {
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  });
}

function askSure(question: string, onYes: () => void): void {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", question);
  dialog.innerHTML =
    '<form class="dialog__body stack" method="dialog"><p></p><div class="actions">' +
    '<button class="button button--danger" value="yes">Yes</button><button class="button button--plain" value="no" autofocus>No, keep it</button></div></form>';
  dialog.querySelector("p")!.textContent = question;
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") onYes();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}
