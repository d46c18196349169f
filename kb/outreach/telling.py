"""Telling somebody something in words of a room's own, once: a fix that shipped, for those whom the problem hurt."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.languages.offered import SOURCE
from kb.languages.telling import tell
from kb.outreach.composing import draft_text
from kb.outreach.rules import EMAIL, find_unreachable
from kb.outreach.speaking import Decided, Occasion, list_message_ids, speak, stay_silent
from kb.outreach.triggers import get_trigger

_READ_MORE = say("Read more")


async def tell_once(  # noqa: PLR0913 - the words of a message, each named by the caller
    actor: Actor,
    *,
    person_id: UUID,
    problem: str,
    episode: str = "",
    trigger_key: str,
    subject: str,
    body: str,
    link: str | None,
    link_text: str = _READ_MORE,
    language: str = SOURCE,
) -> Decided:
    """Prepare the message on each of the trigger's channels that reaches the person; `body` is Markdown.
    Sentences made by `say` are told in the language the person chose, else in `language`.

    However often it is called, the person is told once: later calls return the first one's messages with `outcome`
    refuse, and write nothing. Call it outside a unit of work: it opens its own. Raises `NotFound` without such a person.
    """
    trigger = await get_trigger(trigger_key)
    person = await fetch_one("select email, suspended_at, language from person where id = $1", person_id)
    if person is None:
        raise NotFound(say("There is no such person."))
    occasion = Occasion(trigger.id, person_id, problem, episode)
    told = await _find_told(occasion)
    if told:
        return told
    refusal = "The person is suspended." if person["suspended_at"] else None
    refusal = refusal or (None if trigger.enabled else "The trigger is switched off.")
    refusal = refusal or find_unreachable(trigger.channels, person["email"])
    if refusal:
        return await stay_silent(actor, occasion, refusal)
    subject, body, link_text = (tell(text, person["language"] or language) for text in (subject, body, link_text))
    draft = draft_text(subject=subject, body=body, link=link, link_text=link_text)
    addresses = {
        channel: person["email"] if channel == EMAIL else None
        for channel in trigger.channels
        if channel != EMAIL or person["email"]
    }
    return await speak(actor, occasion, draft, addresses, reason=f"{trigger.name}.")


async def _find_told(occasion: Occasion) -> Decided | None:
    """What an earlier call said. A job that runs twice is no second wish to speak, so nothing is written for it."""
    row = await fetch_one(
        "select id, created_at from claim where person_id = $1 and problem = $2 and episode = $3",
        occasion.person_id,
        occasion.problem,
        occasion.episode,
    )
    if row is None:
        return None
    reason = f"Told already on {row['created_at']:%-d %B %Y at %H:%M} UTC."
    return Decided("refuse", reason, row["id"], await list_message_ids(row["id"]))
