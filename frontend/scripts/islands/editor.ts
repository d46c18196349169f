/* The editor: loaded by the pages that have one. The order matters where two hear the same key: the list of names comes
   before the shortcuts. */
import { startCompleting } from "../editor/completing";
import { startKeeping } from "../editor/keeping";
import { startKeys } from "../editor/keys";
import { startPreview } from "../editor/preview";
import { startQuoting } from "../editor/quoting";
import { startToolbar } from "../editor/toolbar";
import { startUploading } from "../uploading";

function start(root: ParentNode): void {
  for (const editor of root.querySelectorAll<HTMLElement>("[data-editor]:not([data-ready])")) {
    const text = editor.querySelector("textarea");
    if (!text) continue;
    editor.dataset.ready = "";
    startToolbar(editor, text);
    startCompleting(editor, text);
    startKeys(text);
    startPreview(editor, text);
    startKeeping(editor);
    startQuoting(editor, text);
    startUploading(editor, text);
  }
}

start(document);
document.addEventListener("htmx:load", ({ target }) => start(target as HTMLElement));
