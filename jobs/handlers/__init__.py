"""All handlers, room by room."""

from jobs.handlers import answers, clusters, outreach, product, signals
from jobs.handlers import help as help_room
from jobs.registry import gather

# Signals before outreach: a decision wants to know which questions the pain belongs to.
HANDLERS = gather(
    clusters.HANDLERS, answers.HANDLERS, signals.HANDLERS, outreach.HANDLERS, product.HANDLERS, help_room.HANDLERS
)
