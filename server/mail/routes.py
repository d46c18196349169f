"""All of this room's routes."""

from typing import Any

from server.mail import intake

MAIL_ROUTES: list[Any] = [
    intake.api_receive_mail,
]
