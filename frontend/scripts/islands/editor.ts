/* The editor: loaded by the pages that have one. */
import { startKeeping } from "../editor/keeping";
import { startEditors } from "../editor/toolbar";

function start(root: ParentNode): void {
  for (const editor of root.querySelectorAll<HTMLElement>("[data-draft]:not([data-ready])")) startKeeping(editor);
  startEditors(root);
}

start(document);
document.addEventListener("htmx:load", ({ target }) => start(target as HTMLElement));
