"""The demo's one flow, switched on."""

from kb.assistant.flows.example import EXAMPLE
from kb.assistant.flows.keeping import add_flow, enable_flow
from kb.assistant.flows.queries import list_flows
from kb.core.actor import SYSTEM


async def load_flow() -> None:
    """Once: a community that has flows keeps them as they are."""
    if not await list_flows(SYSTEM):
        kept = await add_flow(SYSTEM, EXAMPLE)
        await enable_flow(SYSTEM, kept.id, kept.number)
