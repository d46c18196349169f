"""Events are stored once, under the right person, and nothing is believed that nobody vouched for."""

import asyncio
import json
from datetime import timedelta

import jwt
import pytest

from kb.core.actor import SYSTEM
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import NotSignedIn
from kb.people.products import ProductApp
from kb.signals.ingesting import access_product, ingest_events
from kb.signals.wire.posthog import read_posthog
from tests.support.factories import make_person
from tests.support.signals_factories import make_product, send_events, stored_events

pytestmark = pytest.mark.usefixtures("db")


def token(app: ProductApp, sub: str, **claims: object) -> str:
    return jwt.encode({"sub": sub, "exp": now() + timedelta(hours=1), **claims}, app.signing_secret, "HS256")


async def test_a_batch_is_stored_whole_and_a_retry_changes_nothing() -> None:
    events = [{"id": f"e{i}", "name": "invoice_sent", "distinct_id": "d"} for i in range(3)]
    first = await send_events(*events)
    again = await send_events(*reversed(events), {"id": "e9", "name": "invoice_sent", "distinct_id": "d"})
    assert (first.accepted, first.repeated) == (3, 0)
    assert (again.accepted, again.repeated) == (1, 3)
    assert len(await stored_events()) == 4


async def test_an_event_twice_in_one_batch_is_stored_once() -> None:
    receipt = await send_events(*[{"id": "e", "name": "x", "distinct_id": "d"}] * 3)
    assert (receipt.accepted, receipt.repeated) == (1, 2)


async def test_two_retries_at_once_store_one_copy() -> None:
    app = await make_product()
    events = [{"id": f"e{i}", "name": "click", "distinct_id": "d"} for i in range(50)]
    receipts = await asyncio.gather(*[send_events(*events, app=app) for _ in range(4)])
    assert sum(r.accepted for r in receipts) == 50
    assert await fetch_value("select count(*) from event") == 50


async def test_the_same_id_in_two_products_is_two_events() -> None:
    for key in ("wk_one", "wk_two"):
        await send_events({"id": "e", "name": "x", "distinct_id": "d"}, app=await make_product(key))
    assert len(await stored_events()) == 2


async def test_only_what_detectors_want_is_announced() -> None:
    await send_events(
        {"id": "a", "name": "click", "distinct_id": "d", "element": "button#x"},
        {"id": "b", "name": "$pageview", "distinct_id": "d"},
    )
    rows = await fetch_all("select name, payload from outbox_message")
    heard = await fetch_value("select id from event where heard")
    assert [(row["name"], json.loads(row["payload"])["event_ids"]) for row in rows] == [("EventsArrived", [str(heard)])]
    assert await fetch_value("select examined_at is not null from event where not heard")


async def test_an_unknown_write_key_opens_nothing() -> None:
    with pytest.raises(NotSignedIn):
        await access_product("nobody")


async def test_secrets_and_queries_are_not_kept() -> None:
    properties = {
        "password": "x",
        "card_number": "4111",
        "plan": "Grove",
        "link": "https://a.example/r?t=1",
        "$ip": "1.1.1.1",
    }
    await send_events({"name": "x", "distinct_id": "d", "properties": properties})
    kept = json.loads((await stored_events())[0]["properties"])
    assert kept == {"plan": "Grove", "link": "https://a.example/r"}


async def test_huge_properties_are_cut_to_what_is_short() -> None:
    await send_events({"name": "x", "distinct_id": "d", "properties": {"log": "y" * 50_000, "code": 7, "big": 10**30}})
    kept = json.loads((await stored_events())[0]["properties"])
    assert kept == {"code": 7, "big": 10**30, "$cut": True}


async def test_identify_links_the_anonymous_visitor_and_their_earlier_pain(deliver_all) -> None:  # type: ignore[no-untyped-def]
    await send_events(*[{"name": "$rageclick", "distinct_id": "anon", "element": "button#x", "page": "/a"}])
    await deliver_all()
    await send_events({"name": "$identify", "distinct_id": "anon", "user_id": "u1", "traits": {"name": "Ines"}})
    await deliver_all()
    person = await fetch_one("select * from person")
    assert person is not None
    assert (person["name"], person["email"], person["external_id"]) == ("Ines", None, None)
    for table in ("event", "signal", "episode"):
        owners = await fetch_all(f"select distinct person_id from {table}")
        assert [row["person_id"] for row in owners] == [person["id"]], table


async def test_an_unsigned_identity_finds_a_known_customer_and_is_not_believed(deliver_all) -> None:  # type: ignore[no-untyped-def]
    person = await make_person()
    await execute("update person set external_id = 'u1', external_verified = true where id = $1", person.person_id)
    await send_events({"name": "$rageclick", "distinct_id": "anon", "user_id": "u1", "element": "button#x"})
    await deliver_all()
    event = (await stored_events())[0]
    signal = await fetch_one("select * from signal")
    assert (event["person_id"], event["verified"]) == (person.person_id, False)
    assert signal is not None
    assert (signal["person_id"], signal["verified"]) == (person.person_id, False)


async def test_a_signed_identity_is_believed(deliver_all) -> None:  # type: ignore[no-untyped-def]
    app = await make_product()
    signed = token(app, "u1", email="ines@firm.example", name="Ines")
    await send_events(
        *[
            {"name": "login_failed", "distinct_id": "u1", "identity_token": signed, "at": now() - timedelta(seconds=i)}
            for i in range(3)
        ]
    )
    await deliver_all()
    signal = await fetch_one("select s.verified, p.email from signal s join person p on p.id = s.person_id")
    assert signal is not None
    assert (signal["verified"], signal["email"]) == (True, "ines@firm.example")


async def test_one_forged_event_among_signed_ones_spoils_the_belief(deliver_all) -> None:  # type: ignore[no-untyped-def]
    app = await make_product()
    signed = token(app, "u1")
    await send_events(
        {"name": "login_failed", "distinct_id": "u1", "identity_token": signed},
        {"name": "login_failed", "distinct_id": "u1", "identity_token": signed, "id": "2"},
        {"name": "login_failed", "distinct_id": "u1"},
    )
    await deliver_all()
    assert await fetch_value("select verified from signal") is False


async def test_a_browser_id_linked_by_a_token_is_believed_afterwards_and_a_user_id_is_not() -> None:
    app = await make_product()
    browser = "0198f3a2-9d2c-7cc1-8a55-2f3d9c1b7a10"
    await send_events({"name": "x", "distinct_id": browser, "identity_token": token(app, "u1")})
    await send_events({"name": "y", "distinct_id": browser}, {"name": "z", "distinct_id": "u1"})
    believed = {row["name"]: row["verified"] for row in await stored_events()}
    assert believed == {"x": True, "y": True, "z": False}


@pytest.mark.parametrize("broken", ["not.a.token", "", "expired", "other secret"])
async def test_a_bad_token_costs_no_event_and_proves_nothing(broken: str) -> None:
    app = await make_product()
    bad = {
        "expired": jwt.encode({"sub": "u1", "exp": now() - timedelta(hours=1)}, app.signing_secret, "HS256"),
        "other secret": jwt.encode({"sub": "u1", "exp": now() + timedelta(hours=1)}, "x" * 40, "HS256"),
    }.get(broken, broken)
    await send_events({"name": "x", "distinct_id": "anon", "identity_token": bad})
    event = (await stored_events())[0]
    assert (event["person_id"], event["verified"]) == (None, False)


async def test_what_a_server_with_a_secret_key_says_is_believed() -> None:
    await send_events({"name": "login_failed", "user_id": "u1"}, trusted=True)
    event = (await stored_events())[0]
    assert event["verified"] is True
    assert event["person_id"] is not None


async def test_a_shared_computer_does_not_make_two_people_one() -> None:
    await send_events({"name": "$identify", "distinct_id": "browser", "user_id": "u1"})
    await send_events({"name": "$identify", "distinct_id": "browser", "user_id": "u2"})
    rows = await fetch_all("select distinct_id, person_id from identity order by distinct_id")
    by_id = {row["distinct_id"]: row["person_id"] for row in rows}
    assert by_id["browser"] == by_id["u1"]
    assert by_id["u1"] != by_id["u2"]


async def test_a_token_absorbs_whoever_was_only_noticed(deliver_all) -> None:  # type: ignore[no-untyped-def]
    app = await make_product()
    member = await make_person()
    email = await fetch_value("select email from person where id = $1", member.person_id)
    await send_events({"name": "$rageclick", "distinct_id": "anon", "user_id": "u1", "element": "button#x"})
    await deliver_all()
    await send_events({"name": "x", "distinct_id": "u1", "identity_token": token(app, "u1", email=email)})
    await deliver_all()
    for table in ("event", "signal", "episode", "identity"):
        owners = await fetch_all(f"select distinct person_id from {table}")
        assert [row["person_id"] for row in owners] == [member.person_id], table


async def test_strangers_cannot_fill_the_house_with_people() -> None:
    events = [{"name": "$identify", "distinct_id": f"a{i}", "user_id": f"u{i}"} for i in range(300)]
    await send_events(*events)
    assert await fetch_value("select count(*) from person") == 200
    assert await fetch_value("select count(*) from event") == 300


async def test_a_posthog_batch_keeps_its_times_by_our_clock() -> None:
    app = await make_product()
    moment = now()
    body = {
        "api_key": "wk_test",
        "batch": [{"event": "x", "distinct_id": "d", "timestamp": "2020-01-01T00:00:00Z", "uuid": "e"}],
        "sent_at": "2020-01-01T00:00:03Z",
    }
    with clock_held_at(moment):
        await ingest_events(app, read_posthog(json.dumps(body).encode(), received_at=moment))
    event = (await stored_events())[0]
    assert (event["occurred_at"], event["received_at"]) == (moment - timedelta(seconds=3), moment)


async def test_nothing_is_stored_when_the_unit_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("kb.signals.ingesting._insert", broken)
    with pytest.raises(RuntimeError):
        await send_events({"name": "$identify", "distinct_id": "anon", "user_id": "u1"})
    for table in ("event", "identity", "person", "outbox_message"):
        assert await fetch_value(f"select count(*) from {table}") == 0
    assert SYSTEM.person_id is None
