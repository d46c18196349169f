"""A typed body made ready to store. Rendering takes up to a second of CPU, so it happens outside transactions and off the event loop."""

import asyncio
from dataclasses import dataclass

from kb.forum.naming import find_known
from kb.forum.rules import EXCERPT_LENGTH, clean_body
from kb.text.excerpts import excerpt
from kb.text.languages import language_of_post
from kb.text.markdown import render_markdown
from kb.text.mentions import NOTHING_KNOWN
from kb.text.polls import PollText


@dataclass(frozen=True, slots=True)
class Body:
    """Source, its safe HTML, the renderer's version, the opening as plain text, the poll it holds, and its language or ""."""

    source: str
    html: str
    renderer: str
    excerpt: str
    poll: PollText | None = None
    language: str = ""


async def render_body(source: str, *, names: bool = True, polls: bool = True) -> Body:
    """Raises `Invalid` with the field `body` for a text too long to render.

    Without `names` nobody and nothing is linked from it; without `polls` a poll is shown as it was typed.
    """
    source = clean_body(source)
    known = await find_known(source) if names else NOTHING_KNOWN
    rendered = await asyncio.to_thread(render_markdown, source, known, takes_poll=polls)
    language = await asyncio.to_thread(language_of_post, rendered.html)
    opening = excerpt(rendered.html, EXCERPT_LENGTH)
    return Body(source, rendered.html, rendered.renderer_version, opening, rendered.poll, language)
