/* An answer, opened inside: its whole text, why it is offered, and whether it solved the problem. */
import type { Answer } from "./api";
import { build } from "./body";
import { askView } from "./asking";
import { button, icon, ICONS, make, outside, row } from "./dom";
import type { Frame, View } from "./views";
import { said } from "./words";

/** The row of a list that opens an answer. */
export function answerRow(frame: Frame, answer: Answer, note: string): HTMLElement {
  return row(answer.title, note, () => frame.show(answerView(frame, answer)), icon(ICONS.article, "leading"));
}

export function answerView(frame: Frame, answer: Answer): View {
  const text = make("div", { class: "text", dir: answer.direction || "auto", ...(answer.language ? { lang: answer.language } : {}) });
  const element = make("article", { class: "page article" }, make("h2", { tabindex: "-1", dir: "auto" }, answer.title));
  element.append(make("p", { class: "note" }, origin(answer)), text, judging(frame, answer));
  const fill = (whole: Answer) => {
    if (whole.body.length) text.replaceChildren(...build(whole.body));
    else text.replaceChildren(make("p", {}, outside(answer.url, said("It is long: read it in the community"))));
  };
  if (answer.body.length) fill(answer);
  else frame.api.readAnswer(answer.id).then(fill, () => fill(answer));
  let isNew = true;
  return {
    title: said("Answer"),
    element,
    shown() {
      if (!isNew) return;
      isNew = false;
      frame.tried.add(answer.id);
      frame.emit("opened", { answer: answer.id });
      void frame.api.noteUse([answer.id], "opened").catch(() => {});
    },
  };
}

/** An article by its number, an answer by its id, or either by its address here. Throws what the server refuses. */
export async function openAnswer(frame: Frame, which: string): Promise<void> {
  const number = /^\d+$/.test(which) ? which : /\/kb\/(\d+)/.exec(which)?.[1];
  frame.show(answerView(frame, number ? await frame.api.readArticle(number) : await frame.api.readAnswer(which)));
}

function origin({ why, author, licence }: Answer): string {
  return [why, author, licence].filter(Boolean).join(" · ");
}

function judging(frame: Frame, answer: Answer): HTMLElement {
  const acts = make("p", { class: "acts", role: "group", "aria-label": said("Did this solve it?") });
  const solved = button("primary", said("This solved it"), () => {
    solved.disabled = true;
    frame.api.noteUse([answer.id], "said_solved").then(
      () => {
        frame.tried.delete(answer.id);
        frame.emit("solved", { answer: answer.id });
        acts.replaceChildren(make("span", { class: "thanks", role: "status", tabindex: "-1" }, said("Glad it helped. Thank you.")));
        (acts.firstElementChild as HTMLElement).focus();
      },
      () => {
        solved.disabled = false;
      },
    );
  });
  acts.append(solved, button("plain", said("It did not"), () => frame.show(askView(frame))));
  const link = outside(answer.url, said("Open in the community"), icon(ICONS.outside));
  return make("footer", { class: "judging" }, acts, make("p", { class: "note" }, link));
}
