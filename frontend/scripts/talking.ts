/* Enter sends what is written in a conversation, Shift+Enter begins a line. While a word is being composed (Chinese, Japanese) Enter
   belongs to that. */

export function startTalking(): void {
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !("submits" in field.dataset)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) field.form?.requestSubmit();
  });
}
