/* The service worker: shows what is pushed and opens it. It keeps nothing and answers no request, so that a page is
   always the server's own. */
export {};

type Push = { title: string; body?: string; url?: string; tag?: string };
type Waiting = Event & { waitUntil(promise: Promise<unknown>): void };
type Host = {
  addEventListener(kind: string, heard: (event: never) => void): void;
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: { openWindow(url: string): Promise<unknown>; matchAll(options: object): Promise<{ url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }[]> };
};

const worker = self as unknown as Host;

worker.addEventListener("push", (event: Waiting & { data: { json(): Push } | null }) => {
  const told = event.data?.json();
  if (!told) return;
  event.waitUntil(worker.registration.showNotification(told.title, { body: told.body ?? "", tag: told.tag ?? "", data: told.url ?? "/" }));
});

worker.addEventListener("notificationclick", (event: Waiting & { notification: Notification }) => {
  event.notification.close();
  event.waitUntil(lead(String(event.notification.data)));
});

/** In a page of ours that is open, else in a new one. */
async function lead(url: string): Promise<void> {
  const here = new URL(url, worker.location.origin);
  if (here.origin !== worker.location.origin) return;
  const [page] = await worker.clients.matchAll({ type: "window" });
  if (page) await page.navigate(here.href).then(() => page.focus());
  else await worker.clients.openWindow(here.href);
}
