"""The list of people, timelines, profiles, keys, and oneself for programs."""

import html
import re

from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.insights import timeline
from kb.people.api_keys import CALLS_A_MINUTE
from tests.support.client import Client
from tests.support.factories import make_account, make_person, make_product_app
from tests.support.people_factories import make_key
from tests.support.statements import statements_run
from tests.support.tickets_factories import make_ticket


async def make_topic(author_id: object, title: str, visibility: str = "public") -> None:
    space_id, topic_id = new_id(), new_id()
    await execute(
        "insert into space (id, slug, name, visibility, created_at) values ($1, $2, 'Invoices', $3, $4)",
        space_id, f"s-{space_id.hex[-6:]}", visibility, now(),
    )  # fmt: skip
    await execute(
        "insert into topic (id, space_id, author_id, title, slug, last_posted_at, created_at) values ($1, $2, $3, $4, 'x', $5, $5)",
        topic_id, space_id, author_id, title, now(),
    )  # fmt: skip
    await execute(
        "insert into post (id, topic_id, author_id, position, body_source, body_html, renderer, created_at)"
        " values ($1, $2, $3, 1, 'b', 'b', '1', $4)",
        new_id(), topic_id, author_id, now(),
    )  # fmt: skip


async def make_signal(person_id: object) -> None:
    app_id, friction_id, episode_id = await make_product_app(), new_id(), new_id()
    await execute(
        "insert into friction_point (id, app_id, kind, route, element, label, first_at, last_at)"
        " values ($1, $2, 'rage_click', '/invoices', 'button#send', 'Rage click on “Send”', $3, $3)",
        friction_id, app_id, now(),
    )  # fmt: skip
    await execute(
        "insert into episode (id, person_id, friction_point_id, started_at, last_pain_at, created_at) values ($1, $2, $3, $4, $4, $4)",
        episode_id, person_id, friction_id, now(),
    )  # fmt: skip
    await execute(
        "insert into signal (id, detector, friction_point_id, episode_id, person_id, distinct_id, verified, evidence,"
        " first_event_id, occurred_at, found_at) values ($1, 'rage_click', $2, $3, $4, 'c-1', true, '{}', $1, $5, $5)",
        new_id(), friction_id, episode_id, person_id, now(),
    )  # fmt: skip


async def test_a_timeline_shows_every_room_in_one_order(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person(name="Ines Duarte")
    await make_topic(ines.person_id, "Export ends early")
    ticket = await make_ticket(ines, subject="My invoice 2044")
    await make_signal(ines.person_id)
    await client.sign_in(agent)
    with statements_run() as statements:
        answer = await client.get(f"/people/{ines.person_id}/timeline")
    assert answer.status_code == 200
    order = [answer.text.index(word) for word in ("Rage click on", "My invoice 2044", "Export ends early")]
    assert order == sorted(order)
    assert f'href="/desk/{ticket.number}"' in answer.text
    assert len(statements) <= 3


async def test_beside_a_ticket_the_moments_come_alone_filtered_and_a_page_at_a_time(client: Client) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person(name="Ines Duarte")
    for number in range(timeline.PAGE + 1):
        await make_topic(ines.person_id, f"Export {number} ends early")
    ticket = await make_ticket(ines, subject="My invoice 2044")
    await make_signal(ines.person_id)
    await client.sign_in(agent)
    beside = (await client.get(f"/desk/{ticket.number}")).text
    address = f"/people/{ines.person_id}/timeline"
    assert f'hx-get="{address}"' in beside
    assert f'<a href="{address}">' in beside, "without scripts it is a link"

    part = (await client.get(address, headers={"HX-Request": "true"})).text
    assert "<html" not in part
    assert "My invoice 2044" in part
    older = re.search(r'hx-get="([^"]+before=[^"]+)"', part)
    assert older
    rest = (await client.get(html.unescape(older[1]), headers={"HX-Request": "true"})).text
    assert (part + rest).count("ends early") == timeline.PAGE + 1
    assert 'class="chips"' not in rest

    signals = (await client.get(f"{address}?kind=signal")).text
    assert "Rage click on" in signals
    assert "My invoice 2044" not in signals
    assert "<html" in signals
    assert (await client.get(f"{address}?kind=secret")).status_code == 422


async def test_a_product_manager_reads_the_timeline_and_is_not_led_to_the_desk(client: Client) -> None:
    ines = await make_person()
    ticket = await make_ticket(ines, subject="My invoice 2044")
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    answer = await client.get(f"/people/{ines.person_id}/timeline")
    assert "My invoice 2044" in answer.text
    assert f"/desk/{ticket.number}" not in answer.text


async def test_people_are_listed_and_found_by_words(client: Client) -> None:
    acme = await make_account("Acme Tiles", plan="Grove", monthly_revenue=79)
    await make_person(name="Ines Duarte", account_id=acme)
    await make_person(name="Bo Lind")
    await client.sign_in(await make_person(Role.AGENT))
    everybody = await client.get("/people")
    assert "Ines Duarte" in everybody.text
    assert "Bo Lind" in everybody.text
    found = await client.get("/people?q=acme&role=member")
    assert "Ines Duarte" in found.text
    assert "Bo Lind" not in found.text
    nobody = await client.get("/people?q=zzz%25")
    assert "Nobody fits" in nobody.text


async def test_an_admin_gives_a_role(client: Client) -> None:
    admin, ines = await make_person(Role.ADMIN), await make_person()
    await client.sign_in(admin)
    base = f"/people/{ines.person_id}"
    assert (await client.post_form(f"{base}/role", {"role": "agent"})).status_code == 303
    assert await fetch_value("select role from person where id = $1", ines.person_id) == "agent"
    assert (await client.post_form(f"{base}/role", {"role": "system"})).status_code == 422
    assert (await client.post_form(f"{base}/role", {"role": "king"})).status_code == 422


async def test_a_broken_cursor_or_a_stranger_is_not_found(client: Client) -> None:
    admin = await make_person(Role.ADMIN)
    await client.sign_in(admin)
    for path in (f"/people/{new_id()}/timeline", f"/people/{admin.person_id}/timeline?before=x", "/people/nobody-here"):
        assert (await client.get(path)).status_code == 404


async def test_a_profile_shows_a_visitor_no_more_than_they_may_read(client: Client, new_client: object) -> None:
    ines = await make_person(name="Ines Duarte")
    await make_topic(ines.person_id, "Export ends early")
    await make_topic(ines.person_id, "For members alone", "members")
    await make_topic(ines.person_id, "Among staff", "staff")
    await make_ticket(ines, subject="My invoice 2044")
    visitor = await client.get(f"/people/{ines.username}")
    assert visitor.status_code == 200
    assert "Export ends early" in visitor.text
    for hidden in ("For members alone", "Among staff", "My invoice 2044", "@example.com", str(ines.person_id)):
        assert hidden not in visitor.text
    await client.sign_in(await make_person())
    member = await client.get(f"/people/{ines.username}")
    assert "For members alone" in member.text
    assert "Among staff" not in member.text


async def test_the_menu_leads_to_ones_own_profile(client: Client) -> None:
    assert (await client.get("/profile")).headers["location"].startswith("/sign-in")
    ines = await make_person()
    await client.sign_in(ines)
    assert (await client.get("/profile")).headers["location"] == f"/people/{ines.username}"


async def test_a_key_is_shown_once_works_and_stops_when_revoked(client: Client, new_client: object) -> None:
    await client.sign_in(await make_person(Role.ADMIN))
    made = await client.post_form("/settings/keys", {"name": "CI", "scopes": ["topic:read", "ticket:read"]})
    assert made.status_code == 201
    key = made.text.split("<code>al_", 1)[1].split("</code>", 1)[0]
    listed = await client.get("/settings/keys")
    assert f"al_{key}" not in listed.text
    assert "ticket:read, topic:read" in listed.text or "topic:read, ticket:read" in listed.text
    program = new_client()  # type: ignore[operator]
    me = await program.get("/api/v1/people/me", headers={"authorization": f"Bearer al_{key}"})
    assert me.json()["scopes"] == ["ticket:read", "topic:read"]
    key_id = await fetch_value("select id from api_key")
    assert (await client.post_form(f"/settings/keys/{key_id}/revocation")).status_code == 303
    refused = await program.get("/api/v1/people/me", headers={"authorization": f"Bearer al_{key}"})
    assert refused.status_code == 401


async def test_a_member_makes_a_key_of_what_they_may_do_and_no_more(client: Client) -> None:
    await client.sign_in(await make_person())
    page = (await client.get("/settings/keys")).text
    assert 'value="topic:ask"' in page
    assert "Ask in your name" in page
    assert 'value="topic:hide"' not in page
    made = await client.post_form("/settings/keys", {"name": "robot", "scopes": "topic:ask", "span": "30"})
    assert made.status_code == 201
    wider = await client.post_form("/settings/keys", {"name": "robot two", "scopes": "topic:hide"})
    assert wider.status_code == 422
    assert "robot two" in wider.text


async def test_a_program_past_its_minute_is_told_when_to_come_back(client: Client) -> None:
    headers = {"authorization": f"Bearer {await make_key(await make_person())}"}
    assert (await client.get("/api/v1/spaces", headers=headers)).status_code == 200
    await execute("update rate_count set spent = $1", CALLS_A_MINUTE)
    refused = await client.get("/api/v1/spaces", headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert 0 < int(refused.headers["retry-after"]) <= 60


async def test_a_refused_key_keeps_what_was_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))
    answer = await client.post_form("/settings/keys", {"name": "For the CI"})
    assert answer.status_code == 422
    assert 'value="For the CI"' in answer.text
    assert await fetch_value("select count(*) from api_key") == 0


async def test_a_program_is_told_who_it_is_in_one_shape(client: Client) -> None:
    nobody = await client.get("/api/v1/people/me")
    assert nobody.status_code == 401
    assert nobody.json()["error"]["code"] == "not_signed_in"
    agent = await make_person(Role.AGENT)
    key = await make_key(agent, Permission.TOPIC_READ)
    me = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {key}"})
    assert (me.json()["id"], me.json()["role"]) == (str(agent.person_id), "agent")
    narrow = await client.get("/api/v1/tickets", headers={"authorization": f"Bearer {key}"})
    assert narrow.status_code == 403
    assert narrow.json()["error"]["code"] == "not_allowed"
