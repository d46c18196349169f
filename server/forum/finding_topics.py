"""Finding another topic from a form: by its number, its address or its words."""

import re
from dataclasses import dataclass

from kb.core.actor import Actor
from kb.core.errors import Invalid, KbError
from kb.core.saying import say
from kb.forum.access import TopicFacts, access_topic_number
from kb.forum.queries import get_topic_page
from kb.search.searching import search
from server.wiring import Services

FOUND = 8
"""Topics to choose from: more words find better than a longer list."""

TYPED_MAX = 300
_NUMBER = re.compile(r"(?:^|/t/|#)(\d{1,15})(?:/|\?|#|$)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic to choose."""

    number: int
    title: str
    excerpt: str


async def find_topics(actor: Actor, services: Services, text: str, *, but: int) -> list[Candidate]:
    """The topic of a number or address, else those that the words find; never the one they are looked for from."""
    if named := await _find_named(actor, text):
        return [named] if named.number != but else []
    results = await search(actor, text, embedder=services.embedder, ways=services.ways)
    topics = [item for item in results.items if item.kind == "topic"]
    found = [Candidate(_number_in(item.url), item.plain_title, item.plain_excerpt) for item in topics]
    return [one for one in found if one.number != but][:FOUND]


async def access_named(actor: Actor, typed: str, *, field: str) -> TopicFacts:
    """The topic of a number or address. Raises `Invalid` naming the field where the actor may not read it."""
    try:
        return await access_topic_number(actor, _number_in(typed.strip()))
    except KbError as refusal:
        raise Invalid(say("Choose a topic."), {field: say("Choose one of the topics found.")}) from refusal


async def _find_named(actor: Actor, text: str) -> Candidate | None:
    number = _number_in(text.strip())
    if not number:
        return None
    try:
        head = (await get_topic_page(actor, number)).topic
    except KbError:
        return None
    return Candidate(head.number, head.title, head.excerpt)


def _number_in(text: str) -> int:
    """Of a topic's number or address; 0 where it is neither."""
    named = _NUMBER.search(text)
    return int(named.group(1)) if named else 0
