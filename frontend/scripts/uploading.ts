/* Files of an editor: chosen, dropped or pasted, each goes up at once. A line in the text holds its place meanwhile, so that
   writing goes on; where the line was deleted, the picture is put at the cursor. */
import { csrfHeaders } from "./csrf";

type Answer = { markdown?: string; error?: { message?: string } };

let serial = 0;

export function startUploading(editor: HTMLElement, text: HTMLTextAreaElement): void {
  const uploads = editor.querySelector<HTMLElement>("[data-uploads]");
  const input = uploads?.querySelector<HTMLInputElement>("input[type=file]");
  const address = uploads?.dataset.uploads;
  if (!uploads || !input || !address) return;
  uploads.classList.add("uploads--live");
  const send = (files: FileList | null | undefined): void => {
    for (const file of files ?? []) void upload(editor, text, address, file);
  };
  input.addEventListener("change", () => {
    send(input.files);
    input.value = ""; // it has gone up; the form must not send it again
  });
  editor.addEventListener("editor:image", (event) => {
    event.preventDefault();
    input.click();
  });
  text.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length || event.clipboardData?.types.includes("text/plain")) return; // spreadsheets bring a picture of the cells
    event.preventDefault();
    send(files);
  });
  startDropping(editor, send);
}

function startDropping(editor: HTMLElement, send: (files: FileList | undefined) => void): void {
  const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  editor.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    editor.classList.add("editor--dropping");
  });
  editor.addEventListener("dragleave", () => editor.classList.remove("editor--dropping"));
  editor.addEventListener("drop", (event) => {
    editor.classList.remove("editor--dropping");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    send(event.dataTransfer?.files);
  });
}

async function upload(editor: HTMLElement, text: HTMLTextAreaElement, address: string, file: File): Promise<void> {
  const place = `![Uploading ${file.name.replace(/[[\]]/g, " ")} (${++serial})…]()`;
  const startsLine = text.selectionStart === 0 || text.value[text.selectionStart - 1] === "\n";
  editor.dispatchEvent(new CustomEvent("editor:insert", { detail: { text: `${startsLine ? "" : "\n"}${place}\n` } }));
  say(editor, `Uploading ${file.name}…`);
  try {
    const body = new FormData();
    body.append("file", file);
    const headers = { ...csrfHeaders(), Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body, headers });
    const { markdown, error } = (await answer.json()) as Answer;
    if (!markdown) throw new Error(error?.message);
    swap(editor, text, place, markdown);
    say(editor, `${file.name} is in your text.`);
  } catch (error) {
    swap(editor, text, place, "");
    const why = error instanceof Error && !(error instanceof TypeError || error instanceof SyntaxError) ? error.message : "";
    say(editor, `${file.name}: ${why || "it could not be uploaded. Try again."}`, true);
  }
}

/** In the place of the line that held it; writing elsewhere in the text is not disturbed. */
function swap(editor: HTMLElement, text: HTMLTextAreaElement, place: string, markdown: string): void {
  const at = text.value.indexOf(place);
  if (at < 0) {
    if (markdown) editor.dispatchEvent(new CustomEvent("editor:insert", { detail: { text: markdown } }));
    return;
  }
  text.setRangeText(markdown, at, at + place.length, "preserve");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function say(editor: HTMLElement, words: string, isBad = false): void {
  const said = editor.querySelector<HTMLElement>("[data-uploads-said]");
  if (!said) return;
  said.textContent = words;
  said.classList.toggle("uploads__said--bad", isBad);
}
