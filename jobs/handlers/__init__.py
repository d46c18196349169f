"""All handlers, room by room."""

from jobs.registry import gather

HANDLERS = gather()
