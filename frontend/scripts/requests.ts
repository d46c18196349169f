/* htmx: what it may do, and the CSRF token on each request it sends. */
import htmx from "htmx.org";
import { csrfHeaders } from "./csrf";

export function startRequests(): void {
  // No eval and no style element of its own: the CSP refuses both. Pages are never kept in storage: they may be private.
  Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
    allowScriptTags: false,
    // A refused form (422) comes back as the form with its messages, so it is swapped in as an answer is.
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string>; verb: string }>;
    if (detail.verb !== "get") Object.assign(detail.headers, csrfHeaders());
  });
}
