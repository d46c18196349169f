"""What is written again and again stands on a page, becomes a macro as an agent leaves it, or is dismissed for good."""

import html

import pytest

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from tests.support.answers_factories import make_cluster
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.repeated_replies import RESET, write_again

LIST = "/desk/macros/proposals"
API = "/api/v1/macro-proposals"


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Olga")


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def test_a_proposal_is_found_changed_refused_with_everything_typed_and_accepted(
    client: Client, agent: Actor
) -> None:
    await write_again(await make_cluster("Reset mail is missing"))
    await client.sign_in(agent)
    for page in (LIST, "/kb/drafts"):
        shown = (await client.get(page)).text
        assert "ritten 3 times by 3 agents" in shown
        assert "Reset mail is missing" in shown
    address = f"{LIST}/{await fetch_value('select id from macro_proposal')}"
    form = html.unescape((await client.get(address)).text)
    assert f"Hello {{{{requester.first_name}}}},\n\n{RESET}" in form
    assert "{{ticket.number}}" in form

    refused = await client.post_form(f"{address}/acceptance", {"name": "My reset", "body": "Hello {{nobody}}, mine"})
    assert refused.status_code == 422
    typed = html.unescape(refused.text)
    assert "There is no placeholder {{nobody}}" in typed
    assert 'value="My reset"' in typed
    assert "Hello {{nobody}}, mine" in typed

    made = await client.post_form(
        f"{address}/acceptance", {"name": "My reset", "body": "Hello {{requester.name}}, mine"}
    )
    assert made.status_code == 303
    macro = html.unescape((await client.get(made.headers["location"])).text)
    assert "Hello {{requester.name}}, mine" in macro
    assert "Olga" in macro
    assert (await client.post_form(f"{address}/acceptance", {"name": "Again", "body": "x"})).status_code == 409
    assert (await client.get(address)).status_code == 404
    assert "Nothing is written twice" in (await client.get(LIST)).text


async def test_what_was_dismissed_is_gone_for_good(client: Client, agent: Actor) -> None:
    cluster_id = await make_cluster()
    await write_again(cluster_id)
    await client.sign_in(agent)

    proposal_id = await fetch_value("select id from macro_proposal")
    assert (await client.post_form(f"{LIST}/{proposal_id}/dismissal")).status_code == 303
    await write_again(cluster_id, 5)

    assert "Nothing is written twice" in (await client.get(LIST)).text
    assert LIST not in (await client.get("/kb/drafts")).text


async def test_a_program_lists_accepts_and_dismisses(client: Client, agent: Actor) -> None:
    await write_again(await make_cluster("one"))
    await write_again(
        await make_cluster("two"),
        4,
        body="The second charge goes back to your card within five working days from today on.",
    )
    headers = await bearer(agent)
    found = (await client.get(f"{API}?limit=1", headers=headers)).json()
    rest = (await client.get(f"{API}?limit=1&cursor={found['next']}", headers=headers)).json()
    [first], [second] = found["items"], rest["items"]
    assert {(one["label"], one["copies"]) for one in (first, second)} == {("one", 3), ("two", 4)}
    assert rest["next"] is None
    assert (await client.get(f"{API}/{first['id']}", headers=headers)).json() == first

    wrong = await client.post(f"{API}/{first['id']}/acceptance", json={"name": "", "body": "x"}, headers=headers)
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["name"])
    made = await client.post(
        f"{API}/{first['id']}/acceptance", json={"name": "One", "body": first["body"]}, headers=headers
    )
    assert made.status_code == 201
    assert (await client.get(f"/api/v1/macros/{made.json()['id']}", headers=headers)).json()["name"] == "One"
    assert (await client.delete(f"{API}/{second['id']}", headers=headers)).status_code == 204
    assert (await client.delete(f"{API}/{second['id']}", headers=headers)).status_code == 409
    assert (await client.get(API, headers=headers)).json()["items"] == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER])
async def test_proposals_are_for_those_who_answer_tickets(client: Client, role: Role) -> None:
    await client.sign_in(await make_person(role))

    for path in (LIST, f"{LIST}/{new_id()}", f"/desk/macros/{new_id()}", API):
        assert (await client.get(path)).status_code == 403
    assert (await client.post_form(f"{LIST}/{new_id()}/dismissal")).status_code == 403
