"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class EventsArrived(Message, frozen=True):
    """Events that some detector wants were stored. The others are stored too and announced to nobody."""

    app_id: UUID
    event_ids: list[UUID]


@message
class VisitorsLinked(Message, frozen=True):
    """These ids of a product are now known to be persons: what was seen under them earlier is theirs."""

    app_id: UUID
    distinct_ids: list[str]


@message
class SignalFound(Message, frozen=True):
    """A detector found distress; the signal, its friction point and its episode exist."""

    signal_id: UUID
