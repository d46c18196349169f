/* Enter sends what is written in a conversation, Shift+Enter begins a line. While a word is being composed (Chinese, Japanese) Enter
   belongs to that. What was said last comes into sight: one's own words with what follows, or the reply that came. */

export function startTalking(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !("submits" in field.dataset)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat && field.value.trim()) field.form?.requestSubmit();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const log = event.target;
    if (!(log instanceof HTMLElement) || log.id !== "turns") return;
    const last = log.lastElementChild;
    const asked = [...log.children].filter((turn) => turn.classList.contains("turn--person")).pop();
    if (last?.classList.contains("turn--agent")) last.scrollIntoView({ block: "nearest" });
    else (asked ?? last)?.scrollIntoView({ block: "start" });
  });
}
