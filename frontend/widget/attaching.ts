/* Files that go along with a message: kept as soon as they are chosen, put at its end when it is sent. */
import { type Api, sayProblem } from "./api";
import { button, icon, ICONS, make } from "./dom";
import { said } from "./words";

const MOST = 5;

export interface Attached {
  readonly element: HTMLElement;
  /** The text with what shows the files below it, once they are kept; rejects where one that is waited for is refused. */
  with(text: string): Promise<string>;
  clear(): void;
}

export function files(api: Api): Attached {
  const kept = new Map<HTMLElement, string>();
  const underWay = new Set<Promise<unknown>>();
  const input = make("input", { type: "file", multiple: "", class: "unseen", id: "files" });
  const label = make("label", { for: "files", class: "plain" }, icon(ICONS.clip), said("Add files"));
  const list = make("ul", { class: "files", "aria-live": "polite" });

  const keep = (file: File) => {
    const line = make("li", {}, make("span", { dir: "auto" }, file.name));
    list.append(line);
    const keeping = api.keepFile(file).then(
      ({ markdown }) => list.contains(line) && kept.set(line, markdown),
      (error: unknown) => {
        line.append(make("span", { class: "problem" }, sayProblem(error)));
        throw error;
      },
    );
    underWay.add(keeping);
    keeping.finally(() => underWay.delete(keeping)).catch(() => {});
    const away = button("quiet", icon(ICONS.close), () => {
      kept.delete(line);
      line.remove();
      input.focus();
    });
    away.setAttribute("aria-label", said("Leave out {name}", { name: file.name }));
    line.append(away);
  };
  input.addEventListener("change", () => {
    for (const file of [...(input.files ?? [])].slice(0, MOST - list.children.length)) keep(file);
    input.value = "";
  });
  return {
    element: make("div", { class: "attaching" }, list, input, label),
    async with(text) {
      await Promise.all(underWay);
      return [text, ...kept.values()].join("\n\n");
    },
    clear() {
      kept.clear();
      list.replaceChildren();
    },
  };
}
