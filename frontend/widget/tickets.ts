/* A customer's own tickets: which of them hold a reply that waits, and each as a conversation that can be gone on with here. */
import { waysToAsk } from "./asking";
import { type OwnTicket, sayProblem, type Ticket, type Turn } from "./api";
import { files } from "./attaching";
import { build } from "./body";
import { button, icon, ICONS, make, outside, row } from "./dom";
import type { Frame, View } from "./views";
import { said, saidAt } from "./words";

const STATES: Record<OwnTicket["state"], () => string> = {
  open: () => said("With the team"),
  pending: () => said("Waits for you"),
  solved: () => said("Solved"),
};

export function ticketsView(frame: Frame): View {
  const list = make("div", { class: "rows" });
  const problem = make("p", { class: "problem", role: "alert", hidden: "" });
  const element = make("div", { class: "page" }, make("h2", { tabindex: "-1", class: "unseen" }, said("Your tickets")), problem, list);
  const show = (tickets: OwnTicket[]) => {
    const rows = tickets.map((one) => ticketRow(frame, one));
    list.replaceChildren(...(rows.length ? rows : [make("p", { class: "note" }, said("What you ask the team stands here, with their answers."))]));
    element.replaceChildren(element.firstElementChild!, problem, list, make("div", { class: "rows" }, ...waysToAsk(frame)));
  };
  return {
    title: said("Your tickets"),
    element,
    shown() {
      frame.api.listTickets().then(
        ({ items }) => {
          problem.hidden = true;
          show(items);
        },
        (error: unknown) => {
          problem.hidden = false;
          problem.textContent = sayProblem(error);
        },
      );
    },
  };
}

function ticketRow(frame: Frame, ticket: OwnTicket): HTMLElement {
  const note = `${STATES[ticket.state]()} · ${saidAt(ticket.last_message_at)}`;
  const line = row(ticket.subject, note, () => frame.show(ticketView(frame, ticket.number)), icon(ICONS.tickets, "leading"));
  if (ticket.is_unread) {
    line.classList.add("unread");
    line.querySelector(".row-title")?.append(make("span", { class: "new" }, said("New reply")));
  }
  return line;
}

/** Told by the panel when a reply may have come. */
export interface TicketView extends View {
  readonly number: number;
  refresh(): void;
}

export const isTicketView = (view: View | undefined): view is TicketView => !!view && "number" in view;

export function ticketView(frame: Frame, number: number): TicketView {
  const subject = make("h2", { tabindex: "-1", dir: "auto" }, said("Ticket {number}", { number }));
  const about = make("p", { class: "note" });
  const turns = make("ol", { class: "turns", "aria-label": said("Messages") });
  const problem = make("p", { class: "problem", role: "alert", hidden: "" });
  const page = make("div", { class: "page conversation" }, subject, about, turns);
  let known = 0;

  const show = (ticket: Ticket) => {
    subject.textContent = ticket.subject;
    about.replaceChildren(STATES[ticket.state](), " · ", outside(ticket.url, said("Open in the community"), icon(ICONS.outside)));
    if (ticket.turns.length === known) return;
    const fresh = ticket.turns.slice(known);
    turns.append(...fresh.map(turnBox));
    if (known) for (const turn of fresh) if (!turn.is_own) frame.announce(said("{author} answered", { author: turn.author }));
    known = ticket.turns.length;
    page.scrollTop = page.scrollHeight;
    void frame.api.seeTicket(number).catch(() => {});
  };
  const refresh = () => {
    frame.api.readTicket(number).then(
      (ticket) => {
        problem.hidden = true;
        show(ticket);
      },
      (error: unknown) => {
        problem.hidden = false;
        problem.textContent = sayProblem(error);
      },
    );
  };
  const element = make("div", { class: "with-foot" }, page, answerForm(frame, number, problem, refresh));
  return { title: said("Ticket {number}", { number }), element, number, shown: refresh, refresh };
}

function turnBox(turn: Turn): HTMLElement {
  const by = turn.is_own ? said("You") : turn.author;
  const box = make("li", { class: turn.is_own ? "turn own" : "turn" });
  box.append(make("p", { class: "by" }, make("strong", { dir: "auto" }, by), " ", make("time", { datetime: turn.created_at }, saidAt(turn.created_at))));
  box.append(make("div", { class: "text", dir: "auto" }, ...build(turn.body)));
  return box;
}

function answerForm(frame: Frame, number: number, problem: HTMLElement, sent: () => void): HTMLElement {
  const body = make("textarea", { rows: "2", "aria-label": said("Your answer"), placeholder: said("Your answer") });
  const attached = files(frame.api);
  const send = button("primary", [icon(ICONS.send), said("Send")], undefined, "submit");
  const form = make("form", { class: "foot", novalidate: "" }, problem, body, make("div", { class: "foot-acts" }, attached.element, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.disabled = true;
    const text = body.value;
    attached
      .with(text)
      .then((whole) => frame.api.writeInTicket(number, whole))
      .then(
        () => {
          if (body.value === text) body.value = "";
          problem.hidden = true;
          attached.clear();
          sent();
        },
        (error: unknown) => {
          problem.hidden = false;
          problem.textContent = sayProblem(error);
        },
      )
      .finally(() => (send.disabled = false));
  });
  return form;
}
