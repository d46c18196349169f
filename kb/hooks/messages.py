"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class DeliveryPlanned(Message, frozen=True):
    """A webhook is to be told of something; it waits to be sent."""

    delivery_id: UUID


@message
class WebhookSwitchedOff(Message, frozen=True):
    """A webhook did not answer for days, or said that it is gone: admins are to know."""

    webhook_id: UUID
