/* In-app messages over server-sent events, each a card {id, title, text, href, link} as JSON. The stream is closed while
   the page is hidden: a browser gives one host six connections, shared by all tabs. A new stream carries no
   Last-Event-ID, so the server decides by what was seen what it sends again. */
import { announce, type Card } from "./announce";
import { csrfHeaders } from "./csrf";

export function startLive(): void {
  const address = document.querySelector<HTMLElement>("[data-live]")?.dataset.live;
  if (!address || !("EventSource" in window)) return;
  let stream: EventSource | null = null;

  const listen = (): void => {
    if (stream || document.hidden) return;
    stream = new EventSource(address);
    stream.addEventListener("message", show);
    stream.addEventListener("notice", show);
    stream.addEventListener("bell", ring);
  };
  const rest = (): void => {
    stream?.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  // A page kept for the back button must not hold a connection.
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();
}

function show(event: MessageEvent<string>): void {
  const card = parse(event.data);
  if (card) announce(card, () => tellSeen(card));
}

/** The number at the bell: {count, label}. Nothing moves when it appears. */
function ring(event: MessageEvent<string>): void {
  const { count, label } = JSON.parse(event.data) as { count: string; label: string };
  for (const bell of document.querySelectorAll<HTMLElement>("[data-bell]")) {
    bell.setAttribute("aria-label", label);
    const place = bell.querySelector<HTMLElement>("[data-bell-count]");
    if (!place) continue;
    place.textContent = count;
    place.hidden = !count;
  }
}

function parse(data: string): Card | null {
  try {
    const card = JSON.parse(data) as Card;
    return typeof card.title === "string" ? card : null;
  } catch {
    return null;
  }
}

/** Dismissing is being seen: the fallback to another channel is then not needed. A lost note only costs that. */
function tellSeen(card: Card): void {
  if (!card.id) return;
  const address = card.seen ?? `/live/${encodeURIComponent(card.id)}/seen`;
  void fetch(address, { method: "POST", keepalive: true, headers: csrfHeaders() }).catch(() => undefined);
}
