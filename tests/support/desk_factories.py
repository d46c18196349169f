"""Teams for tests."""

from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.desk.teams import TeamDraft, add_member, create_team


async def make_team(
    *members: Actor, name: str = "Billing", routing: str = "round_robin", channels: tuple[str, ...] = ()
) -> UUID:
    """A team of these agents, in this order of their turns."""
    team_id = await create_team(SYSTEM, TeamDraft(name, routing, channels))
    for member in members:
        assert member.person_id is not None
        await add_member(SYSTEM, team_id, member.person_id)
    return team_id
