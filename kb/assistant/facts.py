"""What flows may look at besides words: the page, the plan, and what hurt this person a moment ago."""

from urllib.parse import urlsplit
from uuid import UUID

from kb.assistant.access import Chatter
from kb.assistant.flows.stepping import Facts
from kb.core.clock import now
from kb.core.database import fetch_one, fetch_value
from kb.help.queries import JUST_NOW


def page_of(page_url: str | None) -> str:
    """The path of a page, "" where none is known."""
    try:
        return urlsplit(page_url or "").path
    except ValueError:
        return ""


async def find_facts(chatter: Chatter, page_url: str | None) -> Facts:
    """In one statement. Pain counts where it is this person's own, or a browser's that nobody has claimed."""
    row = await fetch_one(
        "select coalesce((select a.plan from person p join account a on a.id = p.account_id where p.id = $1), '') as plan,"
        " array(select distinct s.detector from signal s where s.occurred_at >= $4"
        "   and (s.person_id = $1 or (s.person_id is null and s.distinct_id = $2 and exists"
        "     (select 1 from friction_point f where f.id = s.friction_point_id and f.app_id = $3)))) as signals",
        chatter.actor.person_id,
        chatter.distinct_id,
        chatter.app_id,
        now() - JUST_NOW,
    )
    signals = frozenset(row["signals"]) if row else frozenset()
    return Facts(page_of(page_url), row["plan"] if row else "", signals)


async def find_cluster_number(cluster_id: UUID | None) -> int | None:
    """The number staff know a cluster by."""
    number: int | None = await fetch_value("select number from cluster where id = $1", cluster_id)
    return number


async def find_answer_of_article(number: int) -> UUID | None:
    """The answer that an article is; who may read it is for whoever reads it to see."""
    answer_id: UUID | None = await fetch_value(
        "select a.id from answer a join article ar on ar.family_id = a.source_id where a.kind = 'article' and ar.number = $1",
        number,
    )
    return answer_id
