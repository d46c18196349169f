/* The made-up product of the demo: an invoice that adds up, a "Send invoice" that does nothing while there is a discount
   (the fault of release 4.2.0), and the clicks told to /api/v1/events as a product's own script would tell them. */
export {};

const form = document.querySelector<HTMLFormElement>("[data-invoice]");
const { key, token, page, release } = document.body.dataset;

function number(name: string): number {
  return Number((form?.elements.namedItem(name) as HTMLInputElement | null)?.value.replace(",", ".")) || 0;
}

function addUp(): void {
  const net = number("hours") * number("rate");
  const total = net * (1 - number("discount") / 100);
  const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
  for (const [name, amount] of Object.entries({ net, reduction: total - net, total })) {
    const output = document.querySelector(`[data-sum="${name}"]`);
    if (output) output.textContent = money.format(amount);
  }
}

function tell(name: string, element: Element, event: MouseEvent): void {
  const body = {
    write_key: key,
    events: [
      {
        name,
        id: crypto.randomUUID(),
        distinct_id: "fernbook-page",
        identity_token: token,
        at: new Date().toISOString(),
        page,
        release,
        element: `${element.tagName.toLowerCase()}#${element.id}`,
        text: element.textContent?.trim().slice(0, 80),
        x: event.clientX,
        y: event.clientY,
      },
    ],
  };
  void fetch("/api/v1/events", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

form?.addEventListener("input", addUp);
form?.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[id]") : null;
  if (button) tell("click", button, event);
});
document.querySelector("#send-invoice")?.addEventListener("click", () => {
  const said = document.querySelector<HTMLElement>("[data-said]");
  if (number("discount") > 0 || !said) return; // the fault: not a word
  said.textContent = "Invoice 2026-118 is on its way to Acme Tiles.";
});
addUp();
