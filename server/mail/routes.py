"""All of this room's routes."""

from typing import Any

from server.mail import intake, webhooks

MAIL_ROUTES: list[Any] = [
    intake.api_receive_mail,
    webhooks.hear_postmark,
    webhooks.hear_postmark_with_password,
    webhooks.hear_mailgun,
]
