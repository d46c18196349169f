/* The row at the panel's foot. A view that stands in it is made by its own file: the chat's is one more line here. */
import { chatView } from "./chat";
import { ICONS } from "./dom";
import { homeView } from "./home";
import { ticketsView } from "./tickets";
import type { Place } from "./views";
import { said } from "./words";

export const PLACES: readonly Place[] = [
  { key: "home", name: () => said("Home"), icon: ICONS.home, isFor: () => true, make: homeView },
  { key: "chat", name: () => said("Chat"), icon: ICONS.chat, isFor: () => true, make: chatView },
  { key: "tickets", name: () => said("Your tickets"), icon: ICONS.tickets, isFor: (found) => found.ask.kind === "ticket", make: ticketsView },
];
