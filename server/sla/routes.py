"""All of this room's routes."""

from typing import Any

from server.sla import api, api_clocks, promises

SLA_ROUTES: list[Any] = [
    promises.show_promises,
    promises.show_clocks,
    promises.new_policy,
    promises.make_policy,
    promises.show_policy,
    promises.change_policy,
    promises.drop_policy,
    promises.raise_policy,
    promises.new_calendar,
    promises.make_calendar,
    promises.show_calendar,
    promises.change_calendar,
    promises.drop_calendar,
    api.api_list_policies,
    api.api_make_policy,
    api.api_change_policy,
    api.api_remove_policy,
    api.api_order_policies,
    api.api_list_calendars,
    api.api_make_calendar,
    api.api_change_calendar,
    api.api_remove_calendar,
    api_clocks.api_list_clocks,
    api_clocks.api_list_promises,
    api_clocks.api_count_kept,
]
