"""Looking at a text before it is posted."""

from kb.core.actor import Actor
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.screening.rules import NOTHING_FOUND, Ruling, Screen, Writing, find_first_post


async def screen_text(actor: Actor, writing: Writing, screen: Screen) -> Ruling:
    """What is found about it. Outside any transaction; staff and the product itself are not looked at."""
    if actor.is_staff or actor.role == Role.SYSTEM:
        return NOTHING_FOUND
    found = find_first_post(writing, screen) if actor.trust == Trust.NEWCOMER else []
    return Ruling(tuple(found))
