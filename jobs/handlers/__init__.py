"""All handlers, room by room."""

from jobs.handlers import clusters, outreach, signals
from jobs.registry import gather

# Signals before outreach: a decision wants to know which questions the pain belongs to.
HANDLERS = gather(clusters.HANDLERS, signals.HANDLERS, outreach.HANDLERS)
