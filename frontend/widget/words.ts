/* What the widget says. English stands in the source; a page in another language of the server's asks for the words of that one. */

interface Spoken {
  language: string;
  direction: string;
  words: Record<string, string>;
}

let spoken: Spoken = { language: "en", direction: "ltr", words: {} };

/** Speak the page's language where the server does. What cannot be had is said in English. */
export async function learnWords(base: string, language: string): Promise<Spoken> {
  if (language && !/^en\b/i.test(language)) {
    try {
      const answer = await fetch(`${base}/widget/words/${encodeURIComponent(language)}`, { credentials: "omit" });
      if (answer.ok) spoken = (await answer.json()) as Spoken;
    } catch {
      // the server is away: so is everything else the widget shows
    }
  }
  return spoken;
}

/** `said("Asked. The answer comes to ticket {number}.", { number })`: the sentence in the page's language. */
export function said(message: string, values: Record<string, string | number> = {}): string {
  return (spoken.words[message] || message).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A moment as a clock says it today, as a calendar before that. Digits are Western in every language, as the server writes them. */
export function saidAt(moment: string): string {
  const at = new Date(moment);
  const isToday = at.toDateString() === new Date().toDateString();
  const how: Intl.DateTimeFormatOptions = isToday ? { timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(`${spoken.language === "en" ? "en-GB" : spoken.language}-u-nu-latn`, how).format(at);
}
