"""Markdown as it will stand once sent, for programs."""

from dataclasses import dataclass

from litestar import post

from kb.core.permissions import Permission
from kb.forum.bodies import render_body
from kb.text.polls import PollText
from server.security.guards import CHANGES_NO_PAGE, requires


@dataclass(frozen=True, slots=True)
class PreviewIn:
    """Markdown of a post."""

    body: str


@dataclass(frozen=True, slots=True)
class PreviewOut:
    """Its safe HTML, and the poll it holds; `poll.problem` says what keeps it from being one."""

    html: str
    poll: PollText | None


@post("/api/v1/preview", guards=[requires(Permission.POST_WRITE)], opt=CHANGES_NO_PAGE, status_code=200)
async def api_preview(data: PreviewIn) -> PreviewOut:
    """What a post of this text would be; nothing is stored."""
    body = await render_body(data.body)
    return PreviewOut(body.html, body.poll)
