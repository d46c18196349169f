/* Whether this browser is told while no page is open. The button is hidden where that cannot be; the state is said beside it. */
import { said } from "../words";
import { csrfHeaders } from "../csrf";

const place = document.querySelector<HTMLElement>("[data-push-key]");
if (place && "serviceWorker" in navigator && "PushManager" in window) void start(place);

async function start(place: HTMLElement): Promise<void> {
  const button = place.querySelector("button")!;
  const told = place.querySelector<HTMLElement>("[data-push-said]")!;
  const registration = await navigator.serviceWorker.register("/push.js");
  let subscription = await registration.pushManager.getSubscription();
  const show = (): void => {
    button.textContent = subscription ? said("Tell this browser no more") : said("Tell this browser");
    told.textContent = subscription ? said("This browser is told while no page is open.") : said("This browser is not told.");
    place.hidden = false;
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    void (subscription ? end(subscription) : begin(registration, place.dataset.pushKey ?? ""))
      .then((now) => {
        subscription = now;
        show();
      })
      .catch(() => (told.textContent = "The browser does not allow it; look at its settings for this site."))
      .finally(() => (button.disabled = false));
  });
  show();
}

async function begin(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await send("/me/browsers", made.toJSON());
  return made;
}

async function end(subscription: PushSubscription): Promise<null> {
  await send("/me/browsers/removal", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
  return null;
}

async function send(address: string, body: unknown): Promise<void> {
  const headers = { ...csrfHeaders(), "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
}
