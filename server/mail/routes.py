"""All of this room's routes."""

from typing import Any

from server.mail import api, intake, reviewing, webhooks

MAIL_ROUTES: list[Any] = [
    intake.api_receive_mail,
    webhooks.hear_postmark,
    webhooks.hear_postmark_with_password,
    webhooks.hear_mailgun,
    reviewing.show_review,
    reviewing.show_reviewed,
    reviewing.download_raw,
    reviewing.try_again,
    reviewing.discard,
    reviewing.restore,
    reviewing.make_ticket_of,
    reviewing.call_address_reachable,
    *api.ROUTES,
]
