/* Still stuck: a ticket for whoever the page can name, the community for everybody. What may answer the question shows before it is sent. */
import { answerRow } from "./article";
import { type Found, sayProblem } from "./api";
import { files } from "./attaching";
import { button, field, icon, ICONS, make, outside, row, walkByArrows } from "./dom";
import { lookWhileTyping } from "./typing";
import type { Frame, View } from "./views";
import { said } from "./words";

/** Characters from which on a sentence may say what is wrong. */
const FEWEST = 8;

export interface Prefill {
  subject?: string;
  body?: string;
}

/** The way to ask that fits this caller. */
export function askView(frame: Frame, prefill: Prefill = {}): View {
  return frame.found.ask.kind === "ticket" ? ticketForm(frame, prefill) : communityForm(frame, prefill);
}

/** The rows that lead to asking, for the foot of a list. */
export function waysToAsk(frame: Frame, prefill: () => Prefill = () => ({})): HTMLElement[] {
  const isKnown = frame.found.ask.kind === "ticket";
  const ticket = () => frame.show(ticketForm(frame, prefill()));
  const community = () => frame.show(communityForm(frame, prefill()));
  return [
    ...(isKnown ? [row(said("Ask the team"), said("Only they and you can read it"), ticket, icon(ICONS.ask, "leading"))] : []),
    row(said("Ask in the community"), said("Everybody can read it and answer"), community, icon(ICONS.people, "leading")),
  ];
}

function ticketForm(frame: Frame, prefill: Prefill): View {
  const { subject, body } = fields(prefill, 200);
  const problem = make("p", { class: "problem", role: "alert", hidden: "" });
  const send = button("primary", said("Ask the team"), undefined, "submit");
  const attached = files(frame.api);
  const form = make("form", { class: "page form", novalidate: "" });
  form.append(
    field(said("What is going wrong?"), subject, "subject"),
    suggestions(frame, subject, body),
    field(said("What did you do, and what happened instead?"), body, "body"),
    attached.element,
    problem,
    make("p", { class: "acts" }, send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.disabled = true;
    problem.hidden = true;
    const ask = async () => frame.api.ask(subject.value, await attached.with(body.value), [...frame.tried]);
    ask().then(
      (asked) => {
        frame.emit("asked", { ticket: asked.number, url: asked.url });
        form.replaceChildren(...thanks(frame, asked.number, asked.url));
        (form.firstElementChild as HTMLElement).focus();
      },
      (error: unknown) => {
        send.disabled = false;
        problem.hidden = false;
        problem.textContent = sayProblem(error);
      },
    );
  });
  return { title: said("Ask the team"), element: form };
}

function thanks(frame: Frame, number: number, url: string): HTMLElement[] {
  const told = make("p", { class: "thanks", role: "status", tabindex: "-1" }, said("Asked. The answer comes here:"), " ");
  told.append(outside(url, said("Ticket {number}", { number })));
  return [told, make("p", {}, button("plain", said("See your tickets"), () => frame.go("tickets")))];
}

/** The question goes on in the community's own page, with everything typed filled in. */
function communityForm(frame: Frame, prefill: Prefill): View {
  const { subject, body } = fields(prefill, 150);
  const form = make("form", { class: "page form" });
  form.append(
    field(said("What is going wrong?"), subject, "subject"),
    suggestions(frame, subject, body),
    field(said("What did you do, and what happened instead?"), body, "body"),
    make("p", { class: "note" }, said("The community opens in a window of its own. You read it over there before anybody sees it.")),
    make("p", { class: "acts" }, button("primary", [said("Go on in the community"), icon(ICONS.outside)], undefined, "submit")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ title: subject.value, body: body.value, page_url: frame.api.setting.page() });
    window.open(`${frame.found.ask.url}?${query}`, "_blank", "noopener");
  });
  return { title: said("Ask in the community"), element: form };
}

function fields(prefill: Prefill, longest: number): { subject: HTMLInputElement; body: HTMLTextAreaElement } {
  const subject = make("input", { maxlength: String(longest), autocomplete: "off" });
  const body = make("textarea", { rows: "4" });
  subject.value = prefill.subject ?? "";
  body.value = prefill.body ?? "";
  return { subject, body };
}

/** What may answer the question before it is sent; empty where nothing does. */
function suggestions(frame: Frame, subject: HTMLInputElement, body: HTMLTextAreaElement): HTMLElement {
  const slot = make("div", { class: "suggested" });
  const seen = new Set<string>();
  const show = (found: Found | null) => {
    const answers = found?.answers.slice(0, 3) ?? [];
    const rows = answers.map((answer) => answerRow(frame, answer, answer.why));
    slot.replaceChildren(...(rows.length ? [make("p", { class: "note" }, said("This may answer it:")), ...rows] : []));
    if (rows.length) frame.announce(said("This may answer it:") + " " + answers.map((answer) => answer.title).join(", "));
    const fresh = answers.map((answer) => answer.id).filter((id) => !seen.has(id));
    fresh.forEach((id) => seen.add(id));
    if (fresh.length) void frame.api.noteUse(fresh, "shown").catch(() => {});
  };
  const lookNow = lookWhileTyping([subject, body], FEWEST, (text, signal) => frame.api.findAnswers(text, signal, true), show);
  if (subject.value) lookNow();
  walkByArrows(subject, slot);
  return slot;
}
