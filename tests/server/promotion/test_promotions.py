"""The queue of proposals: why now, the draft with its sources, accepting, dismissing; by page and by API."""

from kb.answers.collecting import collect_answer_of_post
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.policy import Role
from kb.promotion.proposing import propose_promotions
from tests.support.answers_factories import (
    ask_as_well,
    make_answered_ticket,
    make_cluster,
    make_published_article,
    make_solved_topic,
)
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.promotion_factories import keep_asking, make_reused_answer
from tests.support.statements import statements_run

REPLY = "Hello Ines,\n\n1. Open **Settings > Mail**.\n2. Write to ines@example.com, Ines.\n\nBest regards,\nTom Berg"


async def test_an_agent_accepts_and_the_article_goes_its_way_to_readers_with_its_sources(
    client: Client, new_client: type[Client]
) -> None:
    cluster_id, _ = await make_reused_answer(from_ticket=True, answer=REPLY)
    await make_reused_answer(cluster_id, helped=1, answer="Or ask your admin to send the reset mail again.")
    await propose_promotions()
    await client.sign_in(await make_person(Role.AGENT))

    queue = (await client.get("/promotions")).text
    promotion_id = await fetch_value("select id from promotion")
    assert f'href="/promotions/{promotion_id}#held">5 of 5 people</a> stayed solved' in queue
    assert ">2 people</a> asked this" in queue

    with statements_run() as statements:
        shown = (await client.get(f"/promotions/{promotion_id}")).text
    assert len(statements) <= 8, statements
    assert "Or ask your admin" in shown
    assert "Masked: what stood here" in shown
    assert "ines@example.com" not in shown
    assert "Tom Berg" not in shown.split("traced", 1)[1].split("</ol>")[0].replace('quiet">Tom Berg', "")
    assert 'href="/desk/1"' in shown
    assert shown.split('id="held"')[1].split("</section>")[0].count("data-row") == 5


async def test_an_accepted_article_waits_for_enough_people_and_shows_readers_nothing_personal(
    client: Client, new_client: type[Client]
) -> None:
    cluster_id, best = await make_reused_answer(from_ticket=True, answer=REPLY)
    await ask_as_well(cluster_id, 1)
    await propose_promotions()
    promotion_id = await fetch_value("select id from promotion")
    await client.sign_in(await make_person(Role.AGENT))
    accepted = await client.post_form(
        f"/promotions/{promotion_id}/article", {"title": "Reset mails that never come", "answer": str(best)}
    )
    assert accepted.headers["location"] == "/kb/1/edit"
    await client.post_form("/kb/1/submission")
    review = (await client.get("/kb/1/review")).text
    assert "Where each passage comes from" in review
    assert "1 person more has to ask the same (3 in all)" in review
    early = await client.post_form("/kb/1/publication", {"revision": 1})
    assert early.status_code == 422
    assert "somebody&#39;s own story" in early.text
    await ask_as_well(cluster_id, 1)
    assert (await client.post_form("/kb/1/publication", {"revision": 1})).status_code == 303
    read = (await new_client().get("/kb/1/reset-mails-that-never-come")).text
    assert "Open <strong>Settings &gt; Mail</strong>" in read
    assert "ines@" not in read
    assert "Tom Berg" not in read


async def test_a_draft_needs_an_answer_and_loses_nothing_typed(client: Client) -> None:
    await make_reused_answer()
    await propose_promotions()
    await client.sign_in(await make_person(Role.AGENT))
    address = f"/promotions/{await fetch_value('select id from promotion')}/article"
    refused = await client.post_form(address, {"title": "Reset mails that never come"})
    assert refused.status_code == 422
    assert "Tick one at least." in refused.text
    assert 'value="Reset mails that never come"' in refused.text


async def test_dismissing_wants_a_reason_and_members_see_nothing(client: Client, new_client: type[Client]) -> None:
    await make_reused_answer()
    await propose_promotions()
    promotion_id = await fetch_value("select id from promotion")
    member, manager = await new_client().sign_in(await make_person()), new_client()
    await manager.sign_in(await make_person(Role.PRODUCT_MANAGER))
    assert (await member.get("/promotions")).status_code == 403
    assert (await manager.get("/promotions")).text.count("data-row") == 0
    assert (await manager.get(f"/promotions/{promotion_id}")).status_code == 404
    assert (await manager.post_form(f"/promotions/{promotion_id}/dismissal", {"reason": "No."})).status_code == 404

    await client.sign_in(await make_person(Role.AGENT, name="Ada Lind"))
    refused = await client.post_form(f"/promotions/{promotion_id}/dismissal", {"reason": " "})
    assert refused.status_code == 422
    assert "whoever looks when it comes back" in refused.text
    done = await client.post_form(f"/promotions/{promotion_id}/dismissal", {"reason": "We rebuild it."})
    assert done.headers["location"] == "/promotions"
    listed = (await client.get("/promotions?only=dismissed")).text
    assert "Dismissed by Ada Lind" in listed
    assert "We rebuild it." in listed
    assert (await client.get("/promotions?only=nonsense")).status_code == 404


async def test_what_is_still_asked_shows_its_rows_and_is_filed(client: Client) -> None:
    cluster_id, answer_id = await make_reused_answer(helped=0)
    await keep_asking(cluster_id, answer_id, people=4)
    await propose_promotions()
    promotion_id = await fetch_value("select id from promotion")
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    shown = (await client.get(f"/promotions/{promotion_id}")).text
    assert '#asked">4 people</a> asked in two weeks although an answer stands' in shown
    assert '#met">3</a> met it' in shown
    asked, met = shown.split('id="asked"')[1].split("</section>")[0], shown.split('id="met"')[1].split("</section>")[0]
    assert (asked.count("data-row"), met.count("data-row")) == (4, 3)
    filed = await client.post_form(f"/promotions/{promotion_id}/issue", {"tracker": "board", "title": "Mail is lost"})
    assert filed.headers["location"] == "/issues/1"
    assert "What became of it" in (await client.get("/promotions?only=accepted")).text
    again = await client.post_form(f"/promotions/{promotion_id}/issue", {"tracker": "board"})
    assert again.status_code == 409


async def test_the_api_does_the_same(client: Client) -> None:
    cluster_id, answer_id = await make_reused_answer()
    await keep_asking(cluster_id, answer_id)
    other, _ = await make_reused_answer()
    assert await propose_promotions() == 3
    client.headers["authorization"] = f"Bearer {await make_key(await make_person(Role.ADMIN))}"
    first = (await client.get("/api/v1/promotions?limit=2")).json()
    rest = (await client.get(f"/api/v1/promotions?limit=2&cursor={first['next']}")).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    articles = (await client.get("/api/v1/promotions?kind=article")).json()["items"]
    by_cluster = {one["cluster_id"]: one["id"] for one in articles}
    whole = (await client.get(f"/api/v1/promotions/{by_cluster[str(other)]}")).json()
    assert whole["preview"]["passages"][0]["sources"][0]["answer_id"] == whole["sources"][0]["id"]
    made = await client.post(f"/api/v1/promotions/{by_cluster[str(other)]}/article", json={})
    assert made.status_code in (200, 201), made.text
    refused = await client.put(f"/api/v1/promotions/{by_cluster[str(cluster_id)]}/dismissal", json={"reason": ""})
    assert refused.status_code == 422
    assert "reason" in refused.json()["error"]["fields"]
    issue = (await client.get("/api/v1/promotions?kind=issue")).json()["items"][0]["id"]
    assert (await client.post(f"/api/v1/promotions/{issue}/issue", json={})).json() == {"number": 1}


async def test_a_topic_says_that_it_is_an_article_now_in_few_statements(client: Client) -> None:
    cluster_id = await make_cluster()
    topic_id, post_id = await make_solved_topic(cluster_id=cluster_id)
    await collect_answer_of_post(post_id)
    await client.sign_in(await make_person(Role.AGENT))
    answer_id = await fetch_value("select id from answer")
    await client.post_form(f"/answers/{answer_id}/article")
    path = "/t/1/slug"
    assert "This is now an article" not in (await client.get(path)).text
    await client.post_form("/kb/1/submission")
    await client.post_form("/kb/1/publication", {"revision": 1})
    with statements_run() as statements:
        page = (await client.get(path)).text
    assert 'This is now an article: <a href="/kb/1/' in page
    assert len(statements) <= 5, statements
    row = await fetch_one("select number from topic where id = $1", topic_id)
    assert row is not None
    said = (await client.get("/api/v1/topics/1/article")).json()
    assert said["article"]["number"] == 1


async def test_an_open_ticket_of_the_cluster_shows_its_agent_the_article(client: Client) -> None:
    cluster_id = await make_cluster()
    ticket_id, _ = await make_answered_ticket(cluster_id=cluster_id)
    article_id = await make_published_article("How to get the reset mail")
    number = await fetch_value("select number from ticket where id = $1", ticket_id)
    client.headers["authorization"] = f"Bearer {await make_key(await make_person(Role.ADMIN))}"
    assert (await client.get(f"/api/v1/tickets/{number}/article")).json() == {"article": None}
    await execute("update article set cluster_id = $2 where id = $1", article_id, cluster_id)
    said = (await client.get(f"/api/v1/tickets/{number}/article")).json()
    assert said["article"]["title"] == "How to get the reset mail"
    del client.headers["authorization"]
    await client.sign_in(await make_person(Role.AGENT))
    assert "This is now an article: <a" in (await client.get(f"/desk/{number}")).text
