/* What scripts say. English stands in the source; a page in another language brings its words along (layouts/base.html). */

type Words = Record<string, string | Record<string, string>>;
type Values = Record<string, string | number>;

const root = document.documentElement;
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}") as Words;
const numbers = new Intl.NumberFormat(`${root.lang}-u-nu-latn`);

/** `said("{name} is too large.", { name })`: the sentence in the page's language. */
export function said(message: string, values: Values = {}): string {
  const found = words[message];
  return filled(typeof found === "string" && found ? found : message, values);
}

/** `saidMany("{n} reply", "{n} replies", n)`: by number, by the language's own rule. */
export function saidMany(one: string, many: string, n: number, values: Values = {}): string {
  const found = words[one];
  const form = typeof found === "object" ? found[new Intl.PluralRules(root.lang).select(n)] : "";
  return filled(form || (n === 1 ? one : many), { n, ...values });
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}
