"""Looking at a text before it is posted."""

from kb.core.actor import Actor
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.screening.rules import NOTHING_FOUND, OPEN, SPAM, Finding, Ruling, Screen, Writing, find_first_post, may_spam
from kb.screening.scoring_spam import find_spam
from kb.screening.watched_words import find_watched


async def screen_text(actor: Actor, writing: Writing, screen: Screen) -> Ruling:
    """What is found about it. Outside any transaction; staff and the product itself are not looked at.

    Raises `Invalid`, naming the field, for a text with a word that may not be written.
    """
    if actor.is_staff or actor.role == Role.SYSTEM:
        return NOTHING_FOUND
    found = await find_watched(writing)
    if actor.trust == Trust.NEWCOMER:
        found += find_first_post(writing, screen)
        found += [Finding(SPAM, text, holds=True) for text in screen.suspicions]
    if may_spam(actor):
        found += await find_spam(writing, screen)
    return Ruling(tuple(found))


async def screen_change(actor: Actor, writing: Writing) -> Ruling:
    """The same for a text that replaces one already looked at: of that only its words count."""
    return await screen_text(actor, writing, OPEN)
