/* Proof of work for a newcomer's form: when it is sent, a challenge is fetched and solved, then the form goes on its way.
   Whatever fails on the way, the form is sent without it, and a moderator looks at the post first. */

interface Challenge {
  challenge: string;
  bits: number;
}

const BATCH = 512;

for (const field of document.querySelectorAll<HTMLInputElement>("input[data-prove]")) {
  const form = field.form;
  if (form) form.addEventListener("submit", (event) => void prove(event, form, field), { capture: true });
}

async function prove(event: SubmitEvent, form: HTMLFormElement, field: HTMLInputElement): Promise<void> {
  if (form.dataset["proved"] === "yes") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset["proved"] === "soon") return;
  form.dataset["proved"] = "soon";
  form.setAttribute("aria-busy", "true");
  try {
    const asked = await fetch(field.dataset["prove"] ?? "", { headers: { accept: "application/json" } });
    const { challenge, bits } = (await asked.json()) as Challenge;
    const answer = form.elements.namedItem("proof_answer");
    if (bits > 0 && answer instanceof HTMLInputElement) {
      answer.value = String(await solve(challenge, bits));
      field.value = challenge;
    }
  } catch {
    /* Offline, or without the browser's own SHA-256: it goes as it is. */
  }
  form.dataset["proved"] = "yes";
  form.removeAttribute("aria-busy");
  form.requestSubmit(event.submitter);
}

/** The first number whose hash begins with so many zero bits; hashes are worked out side by side. */
async function solve(challenge: string, bits: number): Promise<number> {
  const encoder = new TextEncoder();
  for (let start = 0; ; start += BATCH) {
    const hashes = await Promise.all(
      Array.from({ length: BATCH }, (_, n) =>
        crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${String(start + n)}`)),
      ),
    );
    const found = hashes.findIndex((hash) => new DataView(hash).getUint32(0) >>> (32 - bits) === 0);
    if (found >= 0) return start + found;
  }
}
