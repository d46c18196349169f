"""The knowledge base as its readers see it, on pages and through the API."""

from typing import Any
from uuid import UUID

import pytest

from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing import publish_article
from kb.answers.reviewing import submit_article
from kb.core.actor import Actor
from kb.core.database import fetch_one, fetch_value, listen_to_statements
from kb.core.policy import Role
from tests.support.answers_factories import count_rows, make_answer, make_cluster, make_space
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key

LONG = (
    "Do this.\n\n## First `way`\n\nPress.\n\n## Second way\n\nPull.\n\n### A hint\n\nGently.\n\n## First way\n\nAgain."
)


async def make_article(
    title: str = "The reset mail does not arrive", body: str = "Press **Reset**.", **rest: Any
) -> int:
    agent = await make_person(Role.AGENT)
    drafted = await write_article(agent, NewArticle(title, body, **rest))
    await submit_article(agent, drafted.id)
    await publish_article(agent, drafted.id, revision=1)
    return drafted.number


async def read(client: Client, number: int) -> str:
    page = await client.get((await client.get(f"/kb/{number}")).headers["location"])
    assert page.status_code == 200
    return page.text


async def test_an_empty_knowledge_base_says_what_will_stand_here(client: Client) -> None:
    page = await client.get("/kb")

    assert page.status_code == 200
    assert "No articles yet" in page.text


async def test_home_shows_sections_with_their_articles(client: Client) -> None:
    await make_article("Paying by card", space_id=await make_space(name="Billing"))
    await make_article("Something of no section")
    await make_article("Of a hidden section", space_id=await make_space("staff", name="Secrets"))

    page = (await client.get("/kb")).text

    assert "Billing" in page
    assert "Paying by card" in page
    assert "Everything else" in page
    assert "Secrets" not in page


@pytest.mark.parametrize(("role", "sees"), [(None, 1), (Role.MEMBER, 2), (Role.MODERATOR, 3), (Role.AGENT, 3)])
async def test_articles_are_read_by_those_they_are_for(client: Client, role: Role | None, sees: int) -> None:
    numbers = [await make_article(f"An article for {word}", visibility=word) for word in ("public", "members", "staff")]
    if role:
        await client.sign_in(await make_person(role))

    home, api = (await client.get("/kb")).text, (await client.get("/api/v1/articles")).json()

    for place, number in enumerate(numbers):
        may = place < sees
        word = ("public", "members", "staff")[place]
        assert (f"An article for {word}" in home) is may
        assert (await client.get(f"/kb/{number}")).status_code == (301 if may else 404)
        assert (await client.get(f"/api/v1/articles/{number}")).status_code == (200 if may else 404)
    assert len(api["items"]) == sees


async def test_searching_finds_words_of_title_and_text(client: Client) -> None:
    await make_article("The reset mail does not arrive", "Look into the spam folder.")
    await make_article("Paying by card", "Any card will do.")

    assert "reset mail" in (await client.get("/kb?q=spam+folder")).text
    found = (await client.get("/kb?q=card")).text
    assert "Paying by card" in found
    assert "reset mail" not in found
    nothing = (await client.get("/kb?q=unicorn%00s%25")).text
    assert "No article about this" in nothing


async def test_a_long_article_has_contents_that_lead_to_its_headings(client: Client) -> None:
    page = await read(client, await make_article(body=LONG))

    for anchor in ("s-first-way", "s-second-way", "s-a-hint", "s-first-way-2"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page


async def test_an_old_or_wrong_slug_leads_to_the_present_one(client: Client) -> None:
    number = await make_article()

    moved = await client.get(f"/kb/{number}/something-else?via=search")

    assert moved.status_code == 301
    assert moved.headers["location"] == f"/kb/{number}/the-reset-mail-does-not-arrive?via=search"
    assert (await client.get("/kb/99999999999999999999")).status_code == 404


async def test_this_solved_it_is_a_row_of_the_ledger_and_said_once(client: Client) -> None:
    person = await make_person()
    await client.sign_in(person)
    number = await make_article()
    page = await read(client, number)
    assert "This solved it" in page
    answer_id: UUID = await fetch_value("select id from answer")

    said = await client.post_form(
        f"/answers/{answer_id}/uses", {"kind": "said_solved", "surface": "article", "next": f"/kb/{number}"}
    )

    assert (said.status_code, said.headers["location"]) == (303, f"/kb/{number}")
    row = await fetch_one("select * from answer_use where kind = 'said_solved'")
    assert row is not None
    assert (row["person_id"], row["surface"], row["visitor"]) == (person.person_id, "article", None)
    again = await read(client, number)
    assert "This solved it" not in again
    assert "Solved it for 1 person" in again


async def test_a_stranger_may_say_so_too_and_counts_as_one_address(client: Client) -> None:
    await make_article()
    answer_id = await fetch_value("select id from answer")

    for _ in range(3):
        fragment = await client.post_form(f"/answers/{answer_id}/uses", {"kind": "said_solved"}, hx_request="true")
        assert fragment.status_code == 200
        assert "<html" not in fragment.text

    assert await fetch_value("select count(distinct visitor) from answer_use") == 1
    assert "127.0.0.1" not in await fetch_value("select visitor from answer_use limit 1")
    assert "Solved it for 1 person" in await read(client, 1)


async def test_a_use_never_leads_to_another_site(client: Client) -> None:
    await make_article()
    answer_id = await fetch_value("select id from answer")

    for next_ in ("https://evil.example", "//evil.example", "/\\evil.example"):
        said = await client.post_form(f"/answers/{answer_id}/uses", {"kind": "said_solved", "next": next_})
        assert said.headers["location"] == "/kb"


async def test_opening_is_recorded_for_people_and_for_strangers_we_led_here(client: Client, new_client: Any) -> None:
    number = await make_article()
    await read(client, number)
    assert await count_rows("answer_use") == 0

    await client.get(f"/kb/{number}/the-reset-mail-does-not-arrive?via=search")
    member = await new_client().sign_in(await make_person())
    await read(member, number)

    rows = [
        await fetch_value("select surface from answer_use where person_id is null"),
        await fetch_value("select surface from answer_use where person_id is not null"),
    ]
    assert rows == ["search", "article"]


async def test_still_stuck_leads_to_asking_in_the_articles_section(client: Client) -> None:
    number = await make_article(space_id=await make_space(name="Billing"))

    page = await read(client, number)

    assert "/ask?from=%2Fkb%2F" in page
    assert "space=billing-" in page


async def test_the_cluster_and_its_figures_are_for_staff(client: Client, new_client: Any) -> None:
    cluster_id = await make_cluster("words of private questions")
    number = await make_article(cluster_id=cluster_id)
    await make_answer(cluster_id, title="Another answer to it")
    await make_answer(cluster_id, title="A private answer to it", visibility="private")
    agent = await new_client().sign_in(await make_person(Role.AGENT))

    public, staff = await read(client, number), await read(agent, number)

    assert "words of private questions" not in public
    assert "A private answer to it" not in public
    assert "Another answer to it" in public
    assert "words of private questions" in staff
    assert "A private answer to it" in staff
    assert "new: not yet used" in staff


async def test_an_article_page_is_at_most_five_statements(client: Client) -> None:
    number = await make_article(cluster_id=await make_cluster())
    await read(client, number)
    seen: list[str] = []
    stop = listen_to_statements(seen.append)
    await client.get(f"/kb/{number}/the-reset-mail-does-not-arrive")
    stop()

    assert len([sql for sql in seen if "advisory_unlock" not in sql]) <= 5


async def test_the_api_gives_an_article_and_records_uses(client: Client) -> None:
    person: Actor = await make_person()
    key = await make_key(person)
    number = await make_article()

    article = (await client.get(f"/api/v1/articles/{number}")).json()
    assert article["html"] == "<p>Press <strong>Reset</strong>.</p>\n"
    assert article["url"].endswith(f"/kb/{number}/the-reset-mail-does-not-arrive")

    used = await client.post(
        f"/api/v1/answers/{article['answer_id']}/uses",
        json={"kind": "said_solved", "surface": "widget", "page_url": "https://shop.example/pay?card=1"},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert used.status_code == 201
    row = await fetch_one("select * from answer_use where id = $1", UUID(used.json()["id"]))
    assert row is not None
    assert (row["person_id"], row["surface"], row["page_url"]) == (
        person.person_id,
        "widget",
        "https://shop.example/pay",
    )


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [({"kind": "liked"}, 422, "kind"), ({"kind": "opened", "surface": "moon"}, 422, "surface"), ({}, 400, "kind")],
)
async def test_a_wrong_use_is_refused_in_the_one_shape(
    client: Client, body: dict[str, str], status: int, field: str
) -> None:
    await make_article()
    answer_id = await fetch_value("select id from answer")

    refused = await client.post(f"/api/v1/answers/{answer_id}/uses", json=body)

    assert refused.status_code == status
    assert set(refused.json()["error"]) == {"code", "message", "fields"}
    if status == 422:
        assert list(refused.json()["error"]["fields"]) == [field]
    assert await count_rows("answer_use") == 0


async def test_the_api_does_not_use_what_one_may_not_read(client: Client) -> None:
    answer_id = await make_answer(None, visibility="private")

    refused = await client.post(f"/api/v1/answers/{answer_id}/uses", json={"kind": "opened"})

    assert refused.status_code == 404
