"""From a private reply to a public article: promoting, masking, editing, reviewing, publishing."""

import re
from uuid import UUID

from kb.answers.collecting import collect_answer_of_message, collect_answer_of_post
from kb.core.database import fetch_one, fetch_value
from kb.core.policy import Role
from tests.support.answers_factories import ask_as_well, make_answered_ticket, make_cluster, make_solved_topic
from tests.support.client import Client
from tests.support.factories import make_person

SECRET = "ines@example.com"


async def promote_reply(client: Client, **ticket: object) -> int:
    """The draft of a reply to a question that three people have."""
    ticket.setdefault("cluster_id", await make_cluster())
    await ask_as_well(ticket["cluster_id"], 2)  # type: ignore[arg-type]
    _, message_id = await make_answered_ticket(**ticket)  # type: ignore[arg-type]
    await collect_answer_of_message(message_id)
    answer_id = await fetch_value("select id from answer where source_id = $1", message_id)
    response = await client.post_form(f"/answers/{answer_id}/article")
    assert response.status_code == 303
    found = re.fullmatch(r"/kb/(\d+)/edit", response.headers["location"])
    assert found is not None
    return int(found[1])


async def publish(client: Client, number: int, revision: int = 1) -> None:
    await client.post_form(f"/kb/{number}/submission")
    assert (await client.post_form(f"/kb/{number}/publication", {"revision": revision})).status_code == 303


async def test_a_private_reply_is_masked_reviewed_and_then_read_by_all(
    client: Client, new_client: type[Client]
) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(
        client, answer="Hello Ines, I have sent ines' link to ines@example.com again.\n\nBest,\nTom"
    )

    editor = (await client.get(f"/kb/{number}/edit")).text
    assert ">I have sent [name]&#39; link to [e-mail] again.<" in editor.replace("\n", "")
    assert SECRET not in editor

    reader = new_client()
    assert (await reader.get(f"/kb/{number}")).status_code == 404

    await client.post_form(f"/kb/{number}/submission")
    review = (await client.get(f"/kb/{number}/review")).text
    assert SECRET in review  # the agent sees what was masked, beside what stands in its place
    assert "2 × e-mail" in review
    assert "1 × name" in review
    assert "written for one customer alone" in review

    published = await client.post_form(f"/kb/{number}/publication", {"revision": 1})
    assert published.status_code == 303
    page = await reader.get((await reader.get(f"/kb/{number}")).headers["location"])
    assert page.status_code == 200
    assert "[e-mail]" in page.text
    assert SECRET not in page.text
    assert "Ines" not in page.text
    assert "Tom Berg" not in page.text


async def test_promoting_twice_leads_to_the_same_draft(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    _, post_id = await make_solved_topic()
    await collect_answer_of_post(post_id)
    answer_id = await fetch_value("select id from answer")

    first = await client.post_form(f"/answers/{answer_id}/article")
    second = await client.post_form(f"/answers/{answer_id}/article")

    assert first.headers["location"] == second.headers["location"]
    assert await fetch_value("select count(*) from article") == 1


async def test_a_member_can_neither_promote_nor_see_drafts(client: Client, new_client: type[Client]) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(client)
    answer_id: UUID = await fetch_value("select id from answer")
    member = await new_client().sign_in(await make_person())

    assert (await member.post_form(f"/answers/{answer_id}/article")).status_code == 403
    for path in ("/kb/drafts", "/kb/new", f"/kb/{number}/edit", f"/kb/{number}/review", f"/kb/{number}/revisions/1"):
        assert (await member.get(path)).status_code == 403, path
    assert (await member.get(f"/kb/{number}/reset-mail")).status_code == 404
    assert (await member.post_form(f"/kb/{number}/publication", {"revision": 1})).status_code == 403


async def test_publishing_makes_the_article_an_answer_of_its_cluster(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    cluster_id = await make_cluster()
    number = await promote_reply(client, cluster_id=cluster_id)

    await publish(client, number)

    row = await fetch_one("select * from answer where kind = 'article'")
    assert row is not None
    assert (row["cluster_id"], row["visibility"], row["revision"], row["retired_at"]) == (cluster_id, "public", 1, None)
    names = {
        m
        for (m,) in [
            tuple(r) for r in [await fetch_one("select name from outbox_message where name = 'ArticlePublished'")] if r
        ]
    }
    assert names == {"ArticlePublished"}


async def test_readers_keep_the_published_revision_until_the_next_one_is_published(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(client)
    await publish(client, number)

    form = {"title": "How to get the reset mail", "body": "Press **Unblock**.", "based_on": "1", "visibility": "public"}
    assert (await client.post_form(f"/kb/{number}/revisions", form)).status_code == 303
    before = (await client.get((await client.get(f"/kb/{number}")).headers["location"])).text
    assert "Press <strong>Unblock</strong>" not in before
    assert "A newer revision waits" in before

    assert (await client.post_form(f"/kb/{number}/publication", {"revision": 2})).status_code == 303
    after = await client.get((await client.get(f"/kb/{number}")).headers["location"])
    assert "Press <strong>Unblock</strong>" in after.text
    assert after.url.path.endswith("/how-to-get-the-reset-mail")
    assert await fetch_value("select revision from answer where kind = 'article'") == 2


async def test_what_was_not_shown_is_not_published(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(client)
    await client.post_form(
        f"/kb/{number}/revisions", {"title": "Another title", "body": "Newer.", "based_on": "1", "visibility": "public"}
    )
    await client.post_form(f"/kb/{number}/submission")

    refused = await client.post_form(f"/kb/{number}/publication", {"revision": 1})

    assert refused.status_code == 409
    assert "A newer revision was saved" in refused.text
    assert await fetch_value("select state from article") == "review"


async def test_what_still_looks_personal_is_published_only_on_purpose(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    form = {
        "title": "How to reach support",
        "body": "Write to help@fernbook.example.",
        "visibility": "public",
        "act": "submit",
    }
    number = int((await client.post_form("/kb", form)).headers["location"].split("/")[2])

    refused = await client.post_form(f"/kb/{number}/publication", {"revision": 1})
    assert refused.status_code == 422
    assert "help@fernbook.example" in refused.text

    meant = await client.post_form(f"/kb/{number}/publication", {"revision": 1, "keeps_personal": "1"})
    assert meant.status_code == 303


async def test_two_editors_do_not_overwrite_each_other(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(client)
    first = {"title": "The first title", "body": "First.", "based_on": "1", "visibility": "public"}
    second = {"title": "The second title", "body": "Second.", "based_on": "1", "visibility": "public"}

    assert (await client.post_form(f"/kb/{number}/revisions", first)).status_code == 303
    refused = await client.post_form(f"/kb/{number}/revisions", second)

    assert refused.status_code == 409
    assert "Somebody saved another revision" in refused.text
    assert "Second." in refused.text
    assert await fetch_value("select title from article_revision where number = 2") == "The first title"


async def test_a_refused_article_keeps_what_was_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))

    refused = await client.post_form(
        "/kb", {"title": "Short", "body": "The **body** stays.", "visibility": "public", "cluster": "999"}
    )

    assert refused.status_code == 422
    assert "The **body** stays." in refused.text
    assert "There is no cluster of this number." in refused.text
    assert await fetch_value("select count(*) from article") == 0


async def test_archiving_takes_it_away_and_restoring_makes_a_draft(client: Client, new_client: type[Client]) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    number = await promote_reply(client)
    await publish(client, number)
    reader = new_client()

    assert (await client.post_form(f"/kb/{number}/archive")).status_code == 303
    assert (await reader.get(f"/kb/{number}")).status_code == 410
    assert await fetch_value("select retired_at is not null from answer where kind = 'article'")

    assert (await client.post_form(f"/kb/{number}/restoration")).status_code == 303
    assert await fetch_value("select state from article") == "draft"
    assert (await reader.get(f"/kb/{number}")).status_code == 404


async def test_the_lists_of_the_writing_desk(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    assert "Nothing is being written" in (await client.get("/kb/drafts")).text
    number = await promote_reply(client, subject="The reset link has expired")

    assert "The reset link has expired" in (await client.get("/kb/drafts")).text
    await client.post_form(f"/kb/{number}/submission")
    assert "The reset link has expired" in (await client.get("/kb/drafts?list=review")).text
    assert "The reset link has expired" not in (await client.get("/kb/drafts")).text
    assert (await client.get("/kb/drafts?list=nothing")).status_code == 404
    revision = await client.get(f"/kb/{number}/revisions/1")
    assert "2 × e-mail masked" not in revision.text
    assert "1 × e-mail masked" in revision.text
