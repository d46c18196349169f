"""All handlers, room by room."""

from jobs.handlers import (
    answers,
    assistant,
    clusters,
    desk,
    forum,
    hooks,
    imports,
    mail,
    moderation,
    notices,
    outreach,
    product,
    promotion,
    search,
    signals,
    sla,
    standing,
)
from jobs.handlers import help as help_room
from jobs.registry import gather

# Search after clusters: a document wants its question's vector.
# Signals before outreach: a decision wants to know which questions the pain belongs to.
HANDLERS = gather(
    clusters.HANDLERS,
    search.HANDLERS,
    answers.HANDLERS,
    signals.HANDLERS,
    outreach.HANDLERS,
    moderation.HANDLERS,
    notices.HANDLERS,
    mail.HANDLERS,
    product.HANDLERS,
    promotion.HANDLERS,
    help_room.HANDLERS,
    forum.HANDLERS,
    standing.HANDLERS,
    hooks.HANDLERS,
    desk.HANDLERS,
    sla.HANDLERS,
    imports.HANDLERS,
    assistant.HANDLERS,
)
