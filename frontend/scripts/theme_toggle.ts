/* system -> light -> dark -> system. theme.ts applies the choice on the next page before it is painted. */
import { recall, remember } from "./storage";
import { said } from "./words";

const order = ["system", "light", "dark"] as const;
type Theme = (typeof order)[number];

export function startThemeToggle(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
  if (!button) return;
  say(button, current());
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(current()) + 1) % order.length] ?? "system";
    remember("theme", next === "system" ? null : next);
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    say(button, next);
  });
}

function current(): Theme {
  const chosen = document.documentElement.dataset.theme ?? recall("theme");
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

const names: Record<Theme, string> = {
  system: said("Theme: system"),
  light: said("Theme: light"),
  dark: said("Theme: dark"),
};

function say(button: HTMLButtonElement, theme: Theme): void {
  const name = button.querySelector("[data-theme-name]");
  if (name) name.textContent = names[theme];
}
