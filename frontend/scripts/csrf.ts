/* The token of the page's forms, for requests that a script sends. A file of its own: islands use it without htmx. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** The header the server reads (Litestar's default name). */
export function csrfHeaders(): Record<string, string> {
  return { "X-CSRFToken": csrfToken() };
}
