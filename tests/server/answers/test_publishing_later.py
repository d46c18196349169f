"""The pages and the API of planning, handing back and calling off."""

from datetime import timedelta

from kb.answers.drafting import NewArticle, write_article
from kb.answers.publishing_on_time import carry_out_due
from kb.answers.reviewing import submit_article
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key


async def make_reviewed(writer: Actor) -> int:
    article = await write_article(writer, NewArticle("How to reset it", "Press it."))
    await submit_article(writer, article.id)
    return article.number


def tomorrow() -> str:
    return f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"


async def test_it_is_approved_for_a_time_shown_with_its_zone_and_called_off(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    await client.sign_in(agent)
    number = await make_reviewed(agent)

    planned = await client.post_form(
        f"/kb/{number}/schedule", {"revision": 1, "at": tomorrow(), "time_zone": "Asia/Kolkata"}
    )
    assert planned.status_code == 303
    article = await client.get((await client.get(f"/kb/{number}")).headers["location"])
    for page in (article, await client.get(f"/kb/{number}/review"), await client.get("/kb/drafts?list=scheduled")):
        assert "Asia/Kolkata" in page.text

    again = (await client.get(f"/kb/{number}/review")).text
    assert 'value="Asia/Kolkata"' in again
    assert (await client.post_form(f"/kb/{number}/schedule/removal", {"act": "publish"})).status_code == 303
    assert "Asia/Kolkata" not in (await client.get("/kb/drafts?list=scheduled")).text
    assert (await client.post_form(f"/kb/{number}/schedule/removal", {"act": "publish"})).status_code == 404


async def test_a_time_that_cannot_be_read_shows_the_review_with_everything_typed(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    await client.sign_in(agent)
    number = await make_reviewed(agent)

    refused = await client.post_form(
        f"/kb/{number}/schedule", {"revision": 1, "at": tomorrow(), "time_zone": "Europe/Atlantis"}
    )

    assert refused.status_code == 422
    assert 'value="Europe/Atlantis"' in refused.text
    assert f'value="{tomorrow()[:10]}' in refused.text
    assert "A name such as Europe/Berlin, or UTC." in refused.text


async def test_a_revision_goes_back_with_its_reason_to_the_editor_of_its_author(client: Client) -> None:
    agent = await make_person(Role.AGENT, name="Bo Frey")
    await client.sign_in(agent)
    number = await make_reviewed(await make_person(Role.AGENT, name="Ada Lind"))
    assert "Hand it back to Ada Lind" in (await client.get(f"/kb/{number}/review")).text

    refused = await client.post_form(f"/kb/{number}/return", {"revision": 1, "reason": ""})
    assert refused.status_code == 422
    assert await fetch_value("select state from article") == "review"

    await client.post_form(f"/kb/{number}/return", {"revision": 1, "reason": "Say which button."})
    assert "Say which button." in (await client.get(f"/kb/{number}/edit")).text
    review = await client.get(f"/kb/{number}/review")
    assert "Say which button." in review.text
    form = {"title": "How to reset it", "body": "Press red.", "based_on": "1", "visibility": "public", "act": "submit"}
    await client.post_form(f"/kb/{number}/revisions", form)
    assert "Say which button." not in (await client.get(f"/kb/{number}/edit")).text
    assert "Handed back before" in (await client.get(f"/kb/{number}/review")).text


async def test_programs_review_plan_and_publish(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    key = {"authorization": f"Bearer {await make_key(agent)}"}
    number = (await write_article(agent, NewArticle("How to reset it", "Press it."))).number
    at = f"/api/v1/articles/{number}"

    assert (await client.post(f"{at}/submission", headers=key)).status_code == 204
    returned = await client.post(f"{at}/returns", json={"revision": 1, "reason": "Which button?"}, headers=key)
    assert returned.status_code == 204
    assert (await client.get(f"{at}/returns", headers=key)).json()["items"][0]["reason"] == "Which button?"
    await client.post(f"{at}/submission", headers=key)
    plan = {"revision": 1, "at": tomorrow(), "time_zone": "Europe/Berlin"}
    planned = await client.put(f"{at}/schedule/publish", json=plan, headers=key)
    assert planned.json()["scheduled"][0]["time_zone"] == "Europe/Berlin"
    assert (await client.put(f"{at}/schedule/archive", json=plan, headers=key)).status_code == 200
    assert len((await client.get("/api/v1/article-schedule", headers=key)).json()["items"]) == 2
    assert (await client.delete(f"{at}/schedule/archive", headers=key)).status_code == 204
    with clock_held_at(now() + timedelta(days=2)):
        assert await carry_out_due() == 1
    assert (await client.get(at)).json()["revision"] == 1
    assert (await client.delete(f"{at}/publication", headers=key)).status_code == 204
    assert (await client.get(at)).status_code == 410
    assert (await client.post(f"{at}/restoration", headers=key)).status_code == 204
    await client.post(f"{at}/submission", headers=key)
    assert (await client.put(f"{at}/publication", json={"revision": 1}, headers=key)).status_code == 204
    member = {"authorization": f"Bearer {await make_key(await make_person())}"}
    assert (await client.put(f"{at}/schedule/publish", json=plan, headers=member)).status_code == 403
