"""An author is told once that a revision was handed back, and why; a lost message is made good."""

from datetime import timedelta

from kb.answers.drafting import NewArticle, write_article
from kb.answers.returning import return_article
from kb.answers.reviewing import submit_article
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.notices.queries import list_notices
from kb.notices.sweeping import sweep_untold
from kb.notices.telling_of_articles import tell_of_return
from kb.notices.wording import headline_of
from tests.support.factories import make_person


async def hand_back(writer: Actor, reviewer: Actor) -> None:
    article = await write_article(writer, NewArticle("How to reset it", "Press it."))
    await submit_article(writer, article.id)
    await return_article(reviewer, article.id, revision=1, reason="Say which button.")


async def test_the_author_is_told_once_and_the_reviewer_never(db: str) -> None:
    writer, reviewer = await make_person(Role.AGENT), await make_person(Role.AGENT, name="Bo Frey")
    await hand_back(writer, reviewer)
    return_id = await fetch_value("select id from article_return")
    assert await tell_of_return(return_id) == 1
    assert await tell_of_return(return_id) == 0

    (notice,) = (await list_notices(writer)).notices
    assert headline_of(notice) == "Bo Frey handed back your revision of How to reset it"
    assert notice.excerpt == "Say which button."
    assert notice.path.endswith("/edit")
    assert (await list_notices(reviewer)).notices == []


async def test_what_a_lost_message_left_untold_is_told_by_the_sweep(db: str) -> None:
    writer = await make_person(Role.AGENT)
    await hand_back(writer, await make_person(Role.AGENT))
    with clock_held_at(now() + timedelta(minutes=5)):
        assert await sweep_untold() == 1
        assert await sweep_untold() == 0
    assert len((await list_notices(writer)).notices) == 1


async def test_who_may_not_read_articles_in_the_making_any_more_reads_no_notice_of_them(db: str) -> None:
    writer = await make_person(Role.AGENT)
    await hand_back(writer, await make_person(Role.AGENT))
    await tell_of_return(await fetch_value("select id from article_return"))
    member = Actor(role=Role.MEMBER, person_id=writer.person_id)
    assert (await list_notices(member)).notices == []
    await execute("delete from article")
    assert (await list_notices(writer)).notices == []
