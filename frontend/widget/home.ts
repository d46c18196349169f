/* The first view: what is wrong just now, what helps on this page, a search, and the ways to ask. */
import { answerRow, answerView } from "./article";
import { waysToAsk } from "./asking";
import type { Found, Incident, Message } from "./api";
import { button, icon, ICONS, make, outside, row, walkByArrows } from "./dom";
import { ticketView } from "./tickets";
import { lookWhileTyping } from "./typing";
import type { Frame, View } from "./views";
import { said, saidAt } from "./words";

/** Characters from which on a word may name something. */
const FEWEST = 3;

export interface Home extends View {
  /** Answers for this place. Shown counts once they can be seen. */
  refresh(): void;
  showMessage(message: Message): void;
  search(text: string): void;
}

export function homeView(frame: Frame): Home {
  const search = make("input", { type: "search", id: "search", autocomplete: "off", placeholder: said("Search for answers") });
  search.setAttribute("aria-label", said("Search for answers"));
  const head = make("div", { class: "hello" }, make("h2", { tabindex: "-1" }, said("How can we help?")));
  head.append(make("div", { class: "search", role: "search" }, icon(ICONS.search), search));
  const messages = make("div", { class: "messages", role: "status" });
  const place = make("div", { class: "place" });
  const results = make("div", { class: "results", hidden: "" });
  const element = make("div", { class: "page home" }, head, messages, results, place);
  /** A message brings its answer along; it need not be listed a second time. */
  const inMessages = new Set<string>();
  let offered = "";
  let unseen: string[] = [];
  let isShown = false;

  const noteShown = () => {
    if (!isShown || !unseen.length) return;
    frame.emit("shown", { answers: unseen });
    void frame.api.noteUse(unseen, "shown").catch(() => {});
    unseen = [];
  };
  const showResults = (found: Found | null, text: string) => {
    results.hidden = !found;
    place.hidden = !!found;
    if (!found) return;
    const rows = found.answers.map((answer) => answerRow(frame, answer, answer.why));
    const count = rows.length ? said("Answers found: {count}", { count: rows.length }) : said("Nothing found for this.");
    const ask = section(said("Not what you look for?"), ...waysToAsk(frame, () => ({ subject: text })));
    results.replaceChildren(make("p", { class: "note" }, count), ...(rows.length ? [list(rows)] : []), ask);
    frame.announce(count);
    unseen.push(...found.answers.map((answer) => answer.id));
    noteShown();
  };
  const lookNow = lookWhileTyping([search], FEWEST, (text, signal) => frame.api.findAnswers(text, signal), showResults);
  walkByArrows(search, element);

  return {
    title: said("Help"),
    element,
    shown() {
      isShown = true;
      noteShown();
    },
    left() {
      isShown = false;
    },
    refresh() {
      const { found } = frame;
      const signature = JSON.stringify([found.answers.map((answer) => answer.id), found.incidents, found.update, [...inMessages]]);
      if (signature === offered) return;
      offered = signature;
      unseen = found.answers.map((answer) => answer.id);
      const answers = found.answers.filter((answer) => !inMessages.has(answer.id));
      place.replaceChildren(
        ...found.incidents.map((one) => banner(frame, one)),
        ...(found.update ? [make("p", { class: "banner update" }, icon(ICONS.update), make("span", {}, found.update))] : []),
        ...(answers.length ? [section(said("For this page"), ...answers.map((one) => answerRow(frame, one, offer(one.because, one.why))))] : []),
        section(answers.length ? said("Still stuck?") : said("Ask"), ...waysToAsk(frame)),
      );
      noteShown();
    },
    showMessage(message) {
      if (messages.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) return;
      if (message.answer) inMessages.add(message.answer.id);
      const card = messageCard(frame, message, () => {
        card.remove();
        void frame.api.seeMessage(message.id).catch(() => {});
      });
      messages.append(card);
      if (message.answer) unseen.push(message.answer.id);
      noteShown();
    },
    search(text) {
      search.value = text;
      lookNow();
      search.focus();
    },
  };
}

function list(rows: HTMLElement[]): HTMLElement {
  return make("div", { class: "rows" }, ...rows);
}

function section(title: string, ...rows: HTMLElement[]): HTMLElement {
  return make("section", {}, make("h3", {}, title), list(rows));
}

function offer(because: string, why: string): string {
  return said("{because}: {why}.", { because, why });
}

/** What is wrong just now, in one line that opens the rest. */
function banner(frame: Frame, incident: Incident): HTMLElement {
  const line = row(incident.title, incident.said, () => frame.show(incidentView(incident)), icon(ICONS.alert, "leading"));
  line.classList.add("banner", incident.impact);
  return line;
}

function incidentView(incident: Incident): View {
  const element = make("article", { class: "page article" }, make("h2", { tabindex: "-1", dir: "auto" }, incident.title));
  element.append(
    make("p", { class: "note" }, `${incident.said} · ${saidAt(incident.updated_at)}`),
    make("p", { class: "text", dir: "auto" }, incident.text),
    make("p", {}, outside(incident.url, said("Everything that is known"), icon(ICONS.outside))),
  );
  return { title: said("Status"), element };
}

/** What it leads to opens inside where it can. */
export function messageCard(frame: Frame, message: Message, away: () => void): HTMLElement {
  const { answer, ticket } = message;
  const box = make("article", { class: "message", "data-id": message.id });
  box.append(make("p", { class: "message-title", dir: "auto" }, message.title), make("p", { class: "text", dir: "auto" }, message.text));
  if (answer) box.append(list([row(answer.title, answer.why, () => frame.show(answerView(frame, answer)), icon(ICONS.article, "leading"))]));
  const acts = make("p", { class: "acts" });
  if (ticket) acts.append(button("primary", said("Read and answer"), () => frame.show(ticketView(frame, ticket))));
  else if (!answer && message.url) acts.append(outside(message.url, message.link, icon(ICONS.outside)));
  acts.append(button("plain", said("Got it"), away));
  box.append(acts);
  return box;
}
