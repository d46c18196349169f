"""What an open page hears of notices: the number at the bell, and a card for each that comes while it is open."""

import json
from collections.abc import AsyncIterator

from litestar.response.sse import ServerSentEventMessage

from kb.core.actor import Actor
from kb.core.ids import new_id
from kb.core.saying import say
from kb.languages.telling import tell
from kb.notices.queries import COUNTED, NoticeView, count_unseen, list_fresh
from kb.notices.wording import explanation_of, headline_of


class Bell:
    """One open page's bell. What waited when the page was opened is counted and not shown again as cards."""

    def __init__(self, actor: Actor, language: str) -> None:
        self._actor = actor
        self._language = language
        self._last = new_id()
        self._count = -1

    async def look(self) -> AsyncIterator[ServerSentEventMessage]:
        """What changed since the last look."""
        fresh = await list_fresh(self._actor, self._last)
        for notice in fresh:
            yield ServerSentEventMessage(
                data=json.dumps(card(notice, self._language)), event="notice", id=str(notice.id)
            )
        self._last = fresh[-1].id if fresh else self._last
        count = await count_unseen(self._actor)
        if count != self._count:
            self._count = count
            yield ServerSentEventMessage(data=json.dumps(bell(count, self._language)), event="bell")


def card(notice: NoticeView, language: str) -> dict[str, str]:
    """What frontend/scripts/live.ts shows. Following the link is seeing it."""
    return {
        "id": str(notice.id),
        "title": tell(headline_of(notice), language),
        "text": tell(explanation_of(notice), language),
        "href": f"/notices/{notice.id}/open",
        "link": tell(say("Read"), language),
        "seen": f"/notices/{notice.id}/seen",
    }


def bell(count: int, language: str) -> dict[str, str]:
    """What stands at the bell, for the eye and for readers."""
    text = "" if not count else f"{COUNTED}+" if count >= COUNTED else str(count)
    label = say("Notices, {count} new", count=text) if text else say("Notices")
    return {"count": text, "label": tell(label, language)}
