/* The text of an answer or a message, built of the few tags the server names. Nothing in it can run, and nothing is loaded for it. */
import type { Body } from "./api";
import { type Child, make, outside } from "./dom";
import { said } from "./words";

const TAGS = new Set("p ul ol li strong em code blockquote del s hr br kbd sub sup thead tbody tr th td".split(" "));

/** What is wider than the panel scrolls by itself, and takes the keyboard so that it can be. */
const WIDE = new Set(["pre", "table"]);

export function build(body: Body[]): Child[] {
  return body.map((node) => {
    if (typeof node === "string") return node;
    const [tag, children, address] = node;
    const inside = build(children);
    if (tag === "a" && address) return outside(address, ...inside);
    if (tag === "img" && address) return picture(inside, address);
    if (tag === "h") return make("h3", {}, ...inside);
    if (WIDE.has(tag)) return make("div", { class: "wide", tabindex: "0" }, make(tag as "pre", {}, ...inside));
    return make((TAGS.has(tag) ? tag : "span") as "span", {}, ...inside);
  });
}

/** A page of somebody else must load nothing from elsewhere for us: the picture is looked at in a window of its own. */
function picture(name: Child[], address: string): HTMLAnchorElement {
  const shown = name.map((part) => (typeof part === "string" ? part : part.textContent)).join("");
  return outside(address, shown ? said("Picture: {name}", { name: shown }) : said("Open the picture"));
}
