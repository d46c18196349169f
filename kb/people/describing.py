"""Saying something about oneself, and taking on a picture."""

import asyncio
import re
from urllib.parse import urlsplit
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Invalid, NotSignedIn
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.profiles import OwnWords
from kb.people.rules import name_error
from kb.text.markdown import render_markdown

ABOUT_MAX = 2_000
LINE_MAX = 100
WEBSITE_MAX = 200
"""Characters."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


async def describe_oneself(actor: Actor, words: OwnWords) -> None:
    """Replace what one says about oneself. Raises `Invalid` naming every field that must change."""
    actor.require(Permission.POST_WRITE)
    words = _checked(words)
    rendered = await asyncio.to_thread(render_markdown, words.about)
    async with unit_of_work(actor) as unit:
        await execute(
            "update person set name = $2, headline = $3, pronouns = $4, place = $5, website = $6, about_source = $7,"
            " about_html = $8, hides_profile = $9 where id = $1",
            _oneself(actor),
            words.name,
            words.headline,
            words.pronouns,
            words.place,
            words.website,
            words.about,
            rendered.html,
            words.hides_profile,
        )
        unit.audit("person.describe", "person", actor.person_id)


async def set_picture(unit: UnitOfWork, path: str) -> UUID:
    """Part of the unit of work that keeps the picture; "" is none. Returns whose it is."""
    person_id = _oneself(unit.actor)
    await execute("update person set picture = $2 where id = $1", person_id, path)
    unit.audit("person.picture", "person", person_id, path=path)
    return person_id


def _oneself(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to change your profile."))
    return actor.person_id


def _checked(words: OwnWords) -> OwnWords:
    lines = {key: _one_line(getattr(words, key)) for key in ("name", "headline", "pronouns", "place", "website")}
    about = words.about.replace("\r\n", "\n").replace("\x00", "").strip()
    fields = {
        key: say("At most {most} characters.", most=LINE_MAX)
        for key in ("headline", "pronouns", "place")
        if len(lines[key]) > LINE_MAX
    }
    wrong_name = name_error(lines["name"])
    wrong = {
        "name": wrong_name,
        "website": ""
        if is_website(lines["website"])
        else say("An address that begins with https://, such as https://example.com."),
        "about": say("At most {most} characters; this has {n}.", most=ABOUT_MAX, n=len(about))
        if len(about) > ABOUT_MAX
        else "",
    }
    refused = {**{key: text for key, text in wrong.items() if text}, **fields}
    if refused:
        raise Invalid(say("Some details need another look."), refused)
    return OwnWords(**lines, about=about, hides_profile=words.hides_profile)


def is_website(address: str) -> bool:
    """Whether a link may lead there: http or https, a host with a dot, nobody's password, nothing unseen. "" leads nowhere."""
    if not address:
        return True
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = parts.scheme in {"http", "https"} and "." in host.strip(".") and "@" not in parts.netloc
    return is_plain and len(address) <= WEBSITE_MAX and not re.search(r"[\s\"'<>\\`]", address)


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub(" ", text).split())
