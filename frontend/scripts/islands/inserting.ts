/* The reply below a ticket: answers that are offered beside it and macros go in at the cursor, and what they leave to fill in is named. */
import { startGaps } from "../replying/gaps";
import { startMacros } from "../replying/macros";
import { startOffers } from "../replying/offers";

const text = document.querySelector<HTMLTextAreaElement>("#reply [data-editor] textarea");
if (text) {
  startGaps(text);
  startMacros(text);
  startOffers(text);
}
