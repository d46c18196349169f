"""All handlers, room by room."""

from jobs.handlers import signals
from jobs.registry import gather

HANDLERS = gather(signals.HANDLERS)
