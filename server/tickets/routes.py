"""All of this room's routes."""

from typing import Any

from server.tickets import api, api_arranging, api_handling, customers, desk, handling, inserting, offering, rating

TICKETS_ROUTES: list[Any] = [
    customers.show_my_tickets,
    customers.new_ticket,
    customers.create_ticket,
    customers.show_ticket,
    customers.write_again,
    customers.solve_own,
    customers.reopen_own,
    desk.show_desk_ticket,
    desk.answer,
    inserting.insert_into_reply,
    inserting.insert_macro_into_reply,
    offering.api_find_answers,
    offering.api_insert_answer,
    offering.api_insert_macro,
    desk.solve,
    desk.reopen,
    desk.assign,
    *handling.ROUTES,
    api.api_list_tickets,
    api.api_open_ticket,
    api.api_get_ticket,
    api.api_write_message,
    *api_handling.ROUTES,
    *rating.ROUTES,
    *api_arranging.ROUTES,
]
