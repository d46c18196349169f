"""Readers whom an article did not help, and what they were trying to do. Each is a question of kind `feedback` at once, a stranger's too:
they wrote it to us, which a search is not. Only those who read tickets read it."""

from uuid import UUID

from kb.clusters.messages import ReaderUnhelped
from kb.clusters.searched import FEWEST_WORDS
from kb.clusters.stopwords import STOPWORDS
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Invalid
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.text.cleaning import normalise
from kb.text.redaction import redact

LONGEST = 600
"""Characters: what is longer is a topic or a ticket, which the reader is led to."""


async def note_unhelped(actor: Actor, text: str, *, article_id: UUID, revision: int, visitor: str) -> UUID | None:
    """Keep it, personal data masked; None where the same was said before. Who may read the article is for the caller to check."""
    words = redact(" ".join(text.replace("\x00", "").split())).text
    settled = normalise(words)
    if len(words) > LONGEST:
        raise Invalid(say("This is too long."), {"trying": say("At most {most} characters.", most=LONGEST)})
    if len([word for word in settled.split() if word not in STOPWORDS]) < FEWEST_WORDS:
        raise Invalid(say("This says too little."), {"trying": say("Say it in a few words more.")})
    said_id = new_id()
    async with unit_of_work(actor) as unit:
        made = await execute(
            "insert into unhelped_reader (id, article_id, revision, words, settled, person_id, visitor, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
            said_id,
            article_id,
            revision,
            words,
            settled,
            actor.person_id,
            None if actor.person_id else visitor,
            unit.now,
        )
        if made:
            unit.emit(ReaderUnhelped(said_id))
    return said_id if made else None


async def list_unextracted_unhelped(limit: int) -> list[UUID]:
    """Those that are no question yet, a minute old and more."""
    rows = await fetch_all(
        "select f.id from unhelped_reader f where f.created_at < now() - interval '1 minute'"
        " and not exists (select 1 from question q where q.source_kind = 'feedback' and q.source_id = f.id)"
        " and not exists (select 1 from asks_nothing n where n.source_kind = 'feedback' and n.source_id = f.id)"
        " order by f.id limit $1",
        limit,
    )
    return [row["id"] for row in rows]
