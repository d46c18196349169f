/* One card in the corner, read out politely: messages from the product, and failures a page would otherwise swallow.
   The markup is <template id="toast"> of layouts/base.html. */
export type Card = { title: string; text?: string; href?: string; link?: string; id?: string; seen?: string };

export function announce(card: Card, onDismiss?: () => void): void {
  const region = document.getElementById("live");
  const template = document.querySelector<HTMLTemplateElement>("#toast");
  const toast = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!region || !toast || isShown(region, card)) return;
  if (card.id) toast.dataset.card = card.id;
  fill(toast, "title", card.title);
  fill(toast, "text", card.text);
  const link = fill(toast, "link", card.href && isWebAddress(card.href) ? (card.link ?? "Open") : "");
  if (link instanceof HTMLAnchorElement && card.href) link.href = card.href;
  if (onDismiss) toast.querySelector("[data-dismiss]")?.addEventListener("click", onDismiss);
  region.append(toast);
}

function isShown(region: HTMLElement, card: Card): boolean {
  return card.id !== undefined && region.querySelector(`[data-card="${CSS.escape(card.id)}"]`) !== null;
}

/** Puts text into its part of the card; a part without text is taken out. */
function fill(toast: HTMLElement, part: string, text = ""): Element | null {
  const place = toast.querySelector(`.toast__${part}`);
  if (place && text) place.textContent = text;
  else place?.remove();
  return place;
}

/** A message's link may lead to the web, never run anything. */
function isWebAddress(href: string): boolean {
  return URL.canParse(href, location.href) && /^https?:$/.test(new URL(href, location.href).protocol);
}
