"""What customers are promised, managed on pages and by programs."""

from collections.abc import Awaitable, Callable

from kb.core.database import fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.sla.business_hours import Hours
from kb.sla.policies import list_calendars, list_policies
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]

WEEK = {
    "monday": "9:00-12:30, 13:30-17:00",
    **dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), "9:00-17:00"),
}


async def test_an_admin_makes_hours_and_a_promise_and_the_ticket_shows_when_it_is_due(
    client: Client, deliver_all: Deliver
) -> None:
    admin = await make_person(Role.ADMIN)
    await client.sign_in(admin)
    office = {
        "name": "Office",
        "time_zone": "Europe/Berlin",
        **WEEK,
        "saturday": "",
        "sunday": "",
        "holidays": "2026-12-25",
    }
    assert (await client.post_form("/desk/calendars", office)).status_code == 303
    [calendar] = await list_calendars(admin)
    assert calendar.hours.week[0] == ((540, 750), (810, 1020))
    sent = {"name": "Usual", "first_reply": "4h", "solution": "1h 30m", "warn_before": "30m", "is_on": "1",
            "calendar_id": str(calendar.id)}  # fmt: skip
    assert (await client.post_form("/desk/promises", sent)).status_code == 303
    [promise] = await list_policies(admin)

    ticket = await make_ticket()
    await deliver_all()

    page = (await client.get(f"/desk/{ticket.number}")).text
    assert "Promised" in page
    assert "First reply" in page
    shown = (await client.get(f"/desk/promises/{promise.id}")).text
    assert 'value="1h 30m"' in shown
    assert "A ticket opened now" in shown
    assert "9:00-12:30, 13:30-17:00" in (await client.get(f"/desk/calendars/{calendar.id}")).text
    assert f"#{ticket.number}" in (await client.get("/desk/promises/kept")).text
    refused = await client.post_form(f"/desk/calendars/{calendar.id}/removal", {})
    assert refused.status_code == 409
    assert (await client.post_form(f"/desk/promises/{promise.id}/removal", {})).status_code == 303
    await deliver_all()
    assert await fetch_value("select due_at from ticket where id = $1", ticket.id) is None


async def test_what_cannot_be_read_is_named_and_stays_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))

    policy = await client.post_form("/desk/promises", {"name": "Soon", "first_reply": "soon", "warn_before": "30m"})
    hours = await client.post_form(
        "/desk/calendars", {"name": "Odd", "time_zone": "UTC", "monday": "9-5", "holidays": "Xmas"}
    )

    assert policy.status_code == hours.status_code == 422
    assert 'value="soon"' in policy.text
    assert "A length such as 30m, 4h or 1h 30m." in policy.text
    assert 'value="9-5"' in hours.text
    assert "Xmas" in hours.text


async def test_agents_read_promises_and_only_admins_change_them(client: Client) -> None:
    await client.sign_in(await make_person(Role.AGENT))
    assert "Nothing is promised yet" in (await client.get("/desk/promises")).text
    assert (await client.get("/desk/promises/new")).status_code == 403
    assert (await client.post_form("/desk/promises", {"name": "Mine", "first_reply": "1h"})).status_code == 403
    await client.sign_in(await make_person())
    assert (await client.get("/desk/promises")).status_code == 403


async def test_programs_do_the_same(client: Client, deliver_all: Deliver) -> None:
    admin = await make_person(Role.ADMIN)
    client.headers["authorization"] = f"Bearer {await make_key(admin, *Permission)}"
    week = [[[540, 1020]]] * 5 + [[], []]
    calendar = (await client.post("/api/v1/service-calendars", json={"name": "Office", "week": week})).json()["id"]
    made = [
        (
            await client.post("/api/v1/sla-policies", json={"name": name, "first_reply": 3600, "calendar_id": calendar})
        ).json()["id"]
        for name in ("One", "Two")
    ]
    ordered = await client.put("/api/v1/sla-policies/order", json={"ids": made[::-1]})
    listed = (await client.get("/api/v1/sla-policies")).json()["items"]
    assert (ordered.status_code, [one["name"] for one in listed]) == (204, ["Two", "One"])
    odd = await client.post("/api/v1/service-calendars", json={"name": "Odd", "week": [[[1]]]})
    assert (odd.status_code, list(odd.json()["error"]["fields"])) == (422, ["week"])
    assert (await list_calendars(admin))[0].hours == Hours("UTC", (((540, 1020),),) * 5 + ((), ()))

    ticket = await make_ticket()
    await deliver_all()
    [clock] = (await client.get(f"/api/v1/tickets/{ticket.number}/clocks")).json()["items"]
    assert (clock["kind"], clock["state"], clock["policy"], clock["left"]) == ("first_reply", "running", "Two", 3600)
    assert (await client.get("/api/v1/promises?standing=running")).json()["items"] == [clock]
    kept = (await client.get("/api/v1/promises/kept")).json()["items"]
    assert [one["kind"] for one in kept] == ["first_reply", "next_reply", "solution"]
