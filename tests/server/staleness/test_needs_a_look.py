"""The list of articles that need a look, its rows and what can be done, by page and by API."""

from datetime import timedelta

from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.staleness.measuring import measure_articles
from tests.support.answers_factories import ask_question, make_cluster, make_published_article, use_answer
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.statements import statements_run


async def make_stale() -> int:
    """An article whose readers ask again by now; returns its number."""
    cluster_id, article_id = await make_cluster(), await make_published_article("How to reset it")
    await execute("update article set cluster_id = $1, verified_at = now() - interval '200 days'", cluster_id)
    await execute("update answer set cluster_id = $1", cluster_id)
    answer_id = await fetch_value("select id from answer")
    for place in range(70):
        person, ago = await make_person(), timedelta(days=10 if place < 30 else 120, hours=1)
        await use_answer(answer_id, person, "opened", ago=ago)
        if place < 15:
            asked = now() - ago + timedelta(days=1)
            await ask_question(new_id(), kind="search", person=person, cluster_id=cluster_id, at=asked)
    await measure_articles()
    return int(await fetch_value("select number from article where id = $1", article_id))


async def test_each_figure_leads_to_its_rows_and_checking_takes_it_off(
    client: Client, new_client: type[Client]
) -> None:
    number = await make_stale()
    await client.sign_in(await make_person(Role.AGENT))
    with statements_run() as statements:
        page = (await client.get("/kb/needs-a-look")).text
    assert len(statements) <= 5, statements
    assert f'/kb/{number}/evidence#asked_again">15 of 30 readers asked again after reading; before: 0 of 40</a>' in page
    rows = (await client.get(f"/kb/{number}/evidence")).text
    assert rows.split('id="asked_again"')[1].split("</section>")[0].count("data-row") == 15
    assert ">Needs a look<span" in (await client.get("/kb/drafts")).text.replace("\n", "")

    member = await new_client().sign_in(await make_person())
    for address in ("/kb/needs-a-look", f"/kb/{number}/evidence"):
        assert (await member.get(address)).status_code == 403

    done = await client.post_form(f"/kb/{number}/verification", {"back": "stale", "revision": 1})
    assert done.headers["location"] == "/kb/needs-a-look"
    assert "Nothing speaks against any article" in (await client.get("/kb/needs-a-look")).text
    assert (await client.get(f"/kb/{number}/evidence")).status_code == 404


async def test_programs_read_the_same(client: Client) -> None:
    number = await make_stale()
    client.headers["authorization"] = f"Bearer {await make_key(await make_person(Role.AGENT))}"
    (found,) = (await client.get("/api/v1/stale-articles")).json()["items"]
    assert found["number"] == number
    assert found["evidence"][0]["detail"]["now"] == {"hits": 15, "cases": 30}
    whole = (await client.get(f"/api/v1/articles/{number}/evidence")).json()
    assert len(whole["rows"]["asked_again"]) == 15
    assert (await client.put(f"/api/v1/articles/{number}/verification", json={"revision": 1})).status_code == 204
    assert (await client.get("/api/v1/stale-articles")).json()["items"] == []
