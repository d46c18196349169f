/* Keys for the post one is on (j and k walk): r answers it, b keeps it, v votes for it. */
import { isSingleKey } from "./keyboard";

const tools: Record<string, string> = {
  r: "a[href*='answering=']",
  b: ".bookmark button",
  v: "form.vote[action*='/vote'] button:not(:disabled)",
};

export function startThread(): void {
  if (!document.querySelector(".thread")) return;
  document.addEventListener("keydown", (event) => {
    const wanted = tools[event.key];
    if (!wanted || !isSingleKey(event)) return;
    const post = document.querySelector(".post.is-here") ?? document.activeElement?.closest(".post");
    const tool = post?.querySelector<HTMLElement>(wanted) ?? (event.key === "r" ? document.querySelector<HTMLElement>("#reply textarea") : null);
    if (!tool) return;
    event.preventDefault();
    if (tool instanceof HTMLTextAreaElement) tool.focus();
    else tool.click();
  });
}
