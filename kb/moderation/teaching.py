"""Moderators' decisions teach what spam is here."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.screening.learning_spam import learn_spam, unlearn_spam

_VERDICT = (
    "select d.post_id, case when p.position = 1 then t.title else '' end as title, p.body_html, d.undone_at is null as stands,"
    " d.decision = 'hide' as is_hidden, i.sources @> array['spam'] as was_suspected, i.sources @> array['first_post'] as was_first,"
    " exists (select from flag f where f.item_id = i.id and f.reason = 'spam') as was_called_spam"
    " from review_decision d join review_item i on i.id = d.item_id join post p on p.id = d.post_id join topic t on t.id = p.topic_id"
    " where d.id = $1"
)


async def teach_from(decision_id: UUID) -> None:
    """What was hidden as spam is spam; what was suspected of it, or was somebody's first, and stays is fair. May run twice.

    Hidden for another reason teaches nothing. A decision that was undone teaches nothing any more.
    """
    async with unit_of_work(SYSTEM):
        row = await fetch_one(_VERDICT, decision_id)
        if row is None:
            raise NotFound(say("The decision is gone."))
        is_about_spam = row["was_suspected"] or row["was_called_spam"]
        if row["stands"] and (is_about_spam or (row["was_first"] and not row["is_hidden"])):
            await learn_spam(row["post_id"], row["title"], row["body_html"], is_spam=row["is_hidden"])
        else:
            await unlearn_spam(row["post_id"])
