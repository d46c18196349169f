"""Choosing a password by a link: who gets one, what makes it worthless, and what ends with it."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.clock import clock_held_at
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound, TooMany
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.people.adding import ADDRESS_TAKEN
from kb.people.api_keys import find_key_actor
from kb.people.choosing_password import (
    Chosen,
    WrittenLink,
    ask_for_password_link,
    find_password_link,
    set_password,
    write_password_links,
)
from kb.people.confirming import confirm_address, write_confirmation
from kb.people.corresponding import find_correspondent, meet_correspondent, visitor_source
from kb.people.rules import LINK_LASTS, LINK_WINDOW, LINKS_PER_MAILBOX, LINKS_PER_NETWORK, TRIES_PER_ACCOUNT
from kb.people.sessions import find_session_actor, open_session
from kb.people.signing_in import sign_in
from kb.people.signing_up import SignUp, sign_up
from tests.support.factories import make_person
from tests.support.people_factories import PASSWORD, give_password, make_key

SECRET = "not-secret-in-tests"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OTHER = "nine tall green trees"
ADA = "ada@home.example"


async def links_for(address: str, *, takes_new: bool = True) -> list[WrittenLink]:
    return await write_password_links(SECRET, address, takes_new=takes_new)


async def link_for(address: str) -> str:
    (link,) = await links_for(address)
    return link.token


async def member() -> tuple[Actor, str]:
    ines = await make_person()
    return ines, await give_password(ines)


async def correspondent() -> UUID:
    return (await meet_correspondent(SYSTEM, ADA, "Ada Stone")).person_id


async def claimant(address: str = ADA) -> Actor:
    return await sign_up(ANONYMOUS, SignUp("Mallory", "mallory", address, PASSWORD))


async def column(name: str, person_id: UUID | None) -> object:
    return await fetch_value(f"select {name} from person where id = $1", person_id)


async def test_a_link_sets_the_password_and_confirms_the_address_once(db: str) -> None:
    ines, email = await member()
    await execute("update person set email_verified_at = null where id = $1", ines.person_id)
    token = await link_for(email.upper())

    assert (await set_password(SECRET, token, Chosen(OTHER))).person_id == ines.person_id
    assert await sign_in(email, OTHER) == ines.person_id
    assert await column("email_verified_at", ines.person_id) is not None
    with pytest.raises(Invalid):
        await sign_in(email, PASSWORD)
    with pytest.raises(NotFound):
        await set_password(SECRET, token, Chosen("a third one for luck"))
    with pytest.raises(NotFound):
        await find_password_link(SECRET, token)
    told = await fetch_all("select actor_id, subject_id from audit_line where action = 'person.set_password'")
    assert [(row["actor_id"], row["subject_id"]) for row in told] == [(ines.person_id, ines.person_id)]


async def test_of_two_uses_at_once_one_counts(db: str) -> None:
    ines, email = await member()
    token = await link_for(email)
    used = await asyncio.gather(
        *(set_password(SECRET, token, Chosen(f"{OTHER} {n}")) for n in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in used) == ["Actor", "NotFound", "NotFound", "NotFound"]
    won = next(n for n, one in enumerate(used) if isinstance(one, Actor))
    assert await sign_in(email, f"{OTHER} {won}") == ines.person_id


async def test_looking_at_a_link_changes_nothing(db: str) -> None:
    ines, email = await member()
    token, before = await link_for(email), await fetch_one("select * from person where id = $1", ines.person_id)
    for _ in range(2):
        assert (await find_password_link(SECRET, token)).address == email
    assert await fetch_one("select * from person where id = $1", ines.person_id) == before


async def test_a_link_works_for_an_hour(db: str) -> None:
    _, email = await member()
    with clock_held_at(NOON):
        token = await link_for(email)
    with clock_held_at(NOON + LINK_LASTS), pytest.raises(NotFound):
        await set_password(SECRET, token, Chosen(OTHER))
    with clock_held_at(NOON + LINK_LASTS - timedelta(seconds=1)):
        await set_password(SECRET, token, Chosen(OTHER))


@pytest.mark.parametrize(
    "change",
    [
        "password_hash = 'another'",
        "password_hash = null",
        "email = 'other@example.com'",
        "email = null",
        "suspended_at = now()",
    ],
)
async def test_whatever_changes_makes_a_link_worthless(db: str, change: str) -> None:
    ines, email = await member()
    token = await link_for(email)
    await execute(f"update person set {change} where id = $1", ines.person_id)
    with pytest.raises(NotFound):
        await set_password(SECRET, token, Chosen(OTHER))


async def test_a_link_of_ours_alone_counts_and_none_for_another_purpose(db: str) -> None:
    ines, email = await member()
    bo, _ = await member()
    assert ines.person_id
    assert bo.person_id
    token = await link_for(email)
    person, ends, signature = token.split(".")
    tried = [
        "",
        "x",
        token[:-1],
        f"{bo.person_id.hex}.{ends}.{signature}",
        f"{person}.{int(ends, 16) + 1:x}.{signature}",
        f"{person}.{ends}.{write_confirmation(SECRET, ines.person_id, email).split('.')[1]}",
        (await write_password_links("another secret", email, takes_new=True))[0].token,
    ]
    for one in tried:
        with pytest.raises(NotFound):
            await set_password(SECRET, one, Chosen(OTHER))


async def test_every_session_ends_and_nobody_elses(db: str) -> None:
    ines, email = await member()
    bo, _ = await member()
    assert ines.person_id
    assert bo.person_id
    here, there = [await open_session(ines.person_id, user_agent="tests") for _ in range(2)]
    of_bo = await open_session(bo.person_id, user_agent="tests")
    await set_password(SECRET, await link_for(email), Chosen(OTHER))

    assert [await find_session_actor(one) for one in (here, there)] == [None, None]
    assert await find_session_actor(of_bo) is not None


async def test_programs_of_a_confirmed_member_go_on_and_those_of_a_mere_claimant_end(db: str) -> None:
    ines, email = await member()
    mallory = await claimant()
    of_ines, of_mallory = await make_key(ines), await make_key(mallory)
    await set_password(SECRET, await link_for(email), Chosen(OTHER))
    await set_password(SECRET, await link_for(ADA), Chosen(OTHER))

    assert await find_key_actor(of_ines) is not None
    assert await find_key_actor(of_mallory) is None


async def test_wrong_tries_before_do_not_keep_out_afterwards(db: str) -> None:
    ines, email = await member()
    for _ in range(TRIES_PER_ACCOUNT):
        with pytest.raises(Invalid):
            await sign_in(email, "wrong")
    await set_password(SECRET, await link_for(email), Chosen(OTHER))
    assert await sign_in(email, OTHER) == ines.person_id


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "x1y2" * 60])
async def test_the_rules_are_those_of_signing_up_and_a_refusal_leaves_the_link(db: str, password: str) -> None:
    ines, email = await member()
    token = await link_for(email)
    with pytest.raises(Invalid) as refused:
        await set_password(SECRET, token, Chosen(password))
    assert list(refused.value.fields) == ["password"]
    await set_password(SECRET, token, Chosen(OTHER))
    assert await sign_in(email, OTHER) == ines.person_id


async def test_who_is_known_by_mail_alone_becomes_a_member_and_stays_the_same_person(db: str) -> None:
    ada = await correspondent()
    token = await link_for(ADA)
    link = await find_password_link(SECRET, token)
    assert (link.person_id, link.is_member, link.holder.name) == (ada, False, "Ada Stone")

    made = await set_password(SECRET, token, Chosen(OTHER, name="  Ada \x00 Stone-Park", username="ada"))
    assert (made.person_id, made.name, made.username, made.role) == (ada, "Ada Stone-Park", "ada", Role.MEMBER)
    row = await fetch_one("select name, username, email, email_verified_at from person where id = $1", ada)
    assert row is not None
    assert (row["name"], row["username"], row["email"]) == ("Ada Stone-Park", "ada", ADA)
    assert row["email_verified_at"] is not None
    assert await sign_in(ADA, OTHER) == ada
    known = await find_correspondent(ADA)
    assert known is not None
    assert known.person_id == ada


async def test_who_is_known_by_mail_is_told_of_every_wrong_detail_at_once(db: str) -> None:
    ada = await correspondent()
    await make_person(name="Bo")
    taken = await fetch_value("select username from person where username is not null")
    token = await link_for(ADA)
    with pytest.raises(Invalid) as wrong:
        await set_password(SECRET, token, Chosen("short", name=" ", username="a"))
    with pytest.raises(Invalid) as somebodys:
        await set_password(SECRET, token, Chosen(OTHER, name="Ada", username=str(taken).upper()))

    assert list(wrong.value.fields) == ["name", "username", "password"]
    assert list(somebodys.value.fields) == ["username"]
    assert await column("password_hash", ada) is None


async def test_a_members_name_is_not_changed_by_what_a_form_brings_along(db: str) -> None:
    ines, email = await member()
    await set_password(SECRET, await link_for(email), Chosen(OTHER, name="Mallory", username="mallory"))
    assert (await column("name", ines.person_id), await column("username", ines.person_id)) == (
        ines.name,
        ines.username,
    )


async def test_nobody_gets_no_link(db: str) -> None:
    ines, email = await member()
    await execute("update person set suspended_at = now() where id = $1", ines.person_id)
    assert await links_for(email) == []
    assert await links_for("nobody@example.com") == []


async def test_a_suspension_that_is_over_keeps_nobody_from_a_link(db: str) -> None:
    ines, email = await member()
    await execute(
        "update person set suspended_at = now() - interval '2 days', suspended_until = now() - interval '1 day' where id = $1",
        ines.person_id,
    )
    assert len(await links_for(email)) == 1


async def test_staff_get_a_link_at_an_address_they_confirmed(db: str) -> None:
    tove = await make_person(Role.ADMIN)
    email = await give_password(tove)
    token = await link_for(email)
    await execute("update person set email_verified_at = null where id = $1", tove.person_id)
    assert await links_for(email) == []
    with pytest.raises(NotFound):
        await set_password(SECRET, token, Chosen(OTHER))


async def test_where_signing_up_is_closed_a_link_goes_to_members_and_to_those_known_by_mail(db: str) -> None:
    _, email = await member()
    await correspondent()
    without = await make_person()
    imported = str(await column("email", without.person_id))

    assert len(await links_for(imported)) == 1
    assert await links_for(imported, takes_new=False) == []
    assert [len(await links_for(one, takes_new=False)) for one in (email, ADA)] == [1, 1]


async def test_an_address_left_in_a_chat_proves_nothing_and_is_free_to_sign_up_with(db: str) -> None:
    await execute(
        "insert into person (id, name, source, source_id, created_at) values ($1, 'ada', 'chat', $2, now())",
        new_id(),
        visitor_source(new_id(), ADA),
    )
    assert await links_for(ADA) == []
    assert (await claimant()).is_signed_in


async def test_whoever_reads_the_mailbox_takes_the_address_from_who_only_claimed_it(db: str) -> None:
    mallory = await claimant()
    ada = await correspondent()
    of_mallory, of_ada = await links_for(ADA)
    assert (of_mallory.username, of_ada.username) == ("mallory", "")
    assert mallory.person_id
    confirmation = write_confirmation(SECRET, mallory.person_id, ADA)
    await set_password(SECRET, of_ada.token, Chosen(OTHER, name="Ada Stone", username="ada"))

    assert await sign_in(ADA, OTHER) == ada
    assert await column("email", mallory.person_id) is None
    assert await column("username", mallory.person_id) == "mallory"
    assert await fetch_value("select subject_id from audit_line where action = 'person.lose_address'") == (
        mallory.person_id
    )
    with pytest.raises(NotFound):
        await set_password(SECRET, of_mallory.token, Chosen(OTHER))
    with pytest.raises(NotFound):
        await confirm_address(SECRET, confirmation)


async def test_who_signed_up_themselves_and_wrote_by_mail_may_keep_the_account_they_made(db: str) -> None:
    signed_up = await claimant()
    ada = await correspondent()
    of_account, of_mails = await links_for(ADA)
    await set_password(SECRET, of_account.token, Chosen(OTHER))

    assert await sign_in(ADA, OTHER) == signed_up.person_id
    assert [one.person_id for one in await links_for(ADA)] == [signed_up.person_id]
    with pytest.raises(Invalid) as refused:
        await set_password(SECRET, of_mails.token, Chosen(OTHER, name="Ada Stone", username="ada"))
    assert refused.value.fields == {"email": ADDRESS_TAKEN}
    assert await column("password_hash", ada) is None


async def test_mail_goes_to_the_address_we_know_and_not_to_what_was_typed(db: str) -> None:
    """`K`, the Kelvin sign, is `k` in small letters to some databases, and another's mailbox."""
    ines, _ = await member()
    await execute("update person set email = 'kim@example.com' where id = $1", ines.person_id)
    assert [one.address for one in await links_for("KIM@Example.com")] == ["kim@example.com"]
    assert {one.address for one in await links_for("\u212aim@example.com")} <= {"kim@example.com"}


@pytest.mark.parametrize("address", ["nobody@example.com", ""])
async def test_askings_are_limited_for_known_and_unknown_addresses_alike(db: str, address: str) -> None:
    address = address or (await member())[1]
    with clock_held_at(NOON):
        for n in range(LINKS_PER_MAILBOX):
            await ask_for_password_link(f" {address.title()} ", language="en", network=f"192.0.2.{n}")
        with pytest.raises(TooMany) as refused:
            await ask_for_password_link(address, language="en", network="192.0.2.99")
    assert refused.value.retry_after == LINK_WINDOW.total_seconds()
    with clock_held_at(NOON + LINK_WINDOW + timedelta(seconds=1)):
        await ask_for_password_link(address, language="en")


async def test_askings_from_one_network_are_limited(db: str) -> None:
    for n in range(LINKS_PER_NETWORK):
        await ask_for_password_link(f"person{n}@elsewhere.example", language="en", network="192.0.2.1")
    with pytest.raises(TooMany):
        await ask_for_password_link("another@elsewhere.example", language="en", network="192.0.2.1")
    await ask_for_password_link("another@elsewhere.example", language="en", network="192.0.2.2")


async def test_asking_does_the_same_for_every_address(db: str) -> None:
    """No more is read or written for one that somebody has: there is nothing to measure."""
    _, email = await member()
    for address in (email, "nobody@example.com"):
        await ask_for_password_link(address, language="de")
    rows = await fetch_all("select name, payload ->> 'address' as address from outbox_message order by id")
    assert [(row["name"], row["address"]) for row in rows] == [
        ("PasswordLinkAsked", email),
        ("PasswordLinkAsked", "nobody@example.com"),
    ]
    assert await fetch_value("select count(*) from audit_line") == 0


@pytest.mark.parametrize("address", ["", "ines", "a@b.example\nBcc: c@d.example", "in\x00es@example.com"])
async def test_what_is_no_address_is_refused_beside_its_field(db: str, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        await ask_for_password_link(address, language="en")
    assert list(refused.value.fields) == ["email"]
