"""A mail to a signed address becomes a reply, once; whatever else comes in is kept with its reason."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import NotAllowed
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.hiding import hide_topic
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.queries import ReceivedLine, get_received
from kb.mail.taking_in import take_in
from kb.notices.mailing import prepare_mails
from kb.notices.tokens import read_reply_token, read_stop_token, write_reply_token, write_stop_token
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.mail_factories import NO_FILES, OFFICE
from tests.support.people_factories import make_key

Deliver = Callable[[], Awaitable[int]]
SITE = OFFICE.site


async def mailed(deliver_all: Deliver, asker: Actor) -> tuple[AskedTopic, str]:
    """A topic somebody replied to, and the address its asker was given to answer to."""
    topic = await make_topic(asker)
    await make_reply(topic)
    await deliver_all()
    with clock_held_at(now() + timedelta(minutes=11)):
        await prepare_mails()
    mail_id: UUID = await fetch_value("select id from notice_mail where person_id = $1", asker.person_id)
    return topic, f"reply+{write_reply_token(SITE.secret, mail_id)}@in.fernbook.example"


async def sender_of(person: Actor) -> str:
    return str(await fetch_value("select email from person where id = $1", person.person_id))


def write(sender: str, to: str, text: str = "That helped, thank you!", **headers: str) -> bytes:
    lines = {"From": f"Ines <{sender}>", "To": to, "Subject": "Re: x", "Message-ID": f"<{new_id()}@home>", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return (head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.replace("\n", "\r\n")).encode()


async def receive(raw: bytes) -> ReceivedLine:
    taken = await take_in(SYSTEM, raw, "api")
    await handle_mail(taken.id, Means(OFFICE, NO_FILES))
    return await get_received(SYSTEM, taken.id)


@pytest.mark.usefixtures("db")
async def test_a_reply_by_mail_is_posted_once_as_its_writer_without_what_it_quotes(deliver_all: Deliver) -> None:
    asker = await make_person()
    topic, address = await mailed(deliver_all, asker)
    text = (
        "The second way works.\n\nThank you!\n\nOn Thu, 26 Nov 2026 at 10:02, Tove wrote:\n> Try the second way.\n>\n"
        "> -- \n> Reply to this mail\n"
    )
    raw = write(await sender_of(asker), address.upper().replace("IN.FERNBOOK.EXAMPLE", "in.fernbook.example"), text)

    first, second = await receive(raw), await receive(raw)

    assert first.state == "posted"
    assert second == first
    posts = await fetch_all(
        "select * from post where topic_id = $1 and author_id = $2 and position > 1", topic.id, asker.person_id
    )
    assert [post["body_source"] for post in posts] == ["The second way works.\n\nThank you!"]


@pytest.mark.usefixtures("db")
async def test_a_reply_of_html_alone_is_read_as_markdown(deliver_all: Deliver) -> None:
    asker = await make_person()
    _, address = await mailed(deliver_all, asker)
    raw = write(await sender_of(asker), address, "<p>It <b>works</b> now.</p>").replace(b"text/plain", b"text/html")

    received = await receive(raw)

    assert await fetch_value("select body_source from post where id = $1", received.post_id) == "It **works** now."


UNFIT: dict[str, dict[str, str]] = {
    "wrong token": {"to": f"reply+{'a' * 45}@in.fernbook.example"},
    "no token": {"to": "hello@in.fernbook.example"},
    "stranger": {"sender": "mallory@example.com"},
    "empty": {"text": "> only\n> what I quote\n"},
    "long": {"text": "word " * 8_000},
}


async def write_unfit(deliver_all: Deliver, what: str) -> bytes:
    """A mail that cannot be posted."""
    asker = await make_person()
    topic, address = await mailed(deliver_all, asker)
    fit = {
        "sender": await sender_of(asker),
        "to": address.replace("in.fernbook", "evil") if what == "elsewhere" else address,
    }
    if what == "suspended":
        await execute("update person set suspended_at = now() where id = $1", asker.person_id)
    if what == "hidden":
        await hide_topic(await make_person(Role.MODERATOR), topic.id)
    return write(**{**fit, **UNFIT.get(what, {})})


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("wrong token", "not one that we made"),
        ("no token", "not addressed to an address of ours"),
        ("elsewhere", "not addressed to an address of ours"),
        ("stranger", "another address"),
        ("old", "too old"),
        ("empty", "no text of its own"),
        ("suspended", "suspended"),
        ("hidden", "not yours to read"),
        ("long", "32,000"),
    ],
)
async def test_what_cannot_be_posted_is_kept_with_its_reason(deliver_all: Deliver, what: str, reason: str) -> None:
    raw = await write_unfit(deliver_all, what)
    before = await fetch_value("select count(*) from post")

    with clock_held_at(now() + timedelta(days=91 if what == "old" else 0)):
        received = await receive(raw)

    assert (received.state, await fetch_value("select count(*) from post")) == ("review", before)
    assert reason in received.reason
    assert await fetch_value("select content from received_mail") == raw


@pytest.mark.usefixtures("db")
async def test_a_machine_that_answers_a_notice_is_passed_over(deliver_all: Deliver) -> None:
    asker = await make_person()
    _, address = await mailed(deliver_all, asker)

    received = await receive(write(await sender_of(asker), address, Auto_Submitted="auto-replied"))

    assert (received.state, received.post_id) == ("passed_over", None)


@pytest.mark.usefixtures("db")
async def test_programs_hand_mail_in_with_a_key_of_that_scope(client: Client, deliver_all: Deliver) -> None:
    asker, admin = await make_person(), await make_person(Role.ADMIN)
    _, address = await mailed(deliver_all, asker)
    raw = write(await sender_of(asker), address)
    narrow = {"authorization": f"Bearer {await make_key(admin, Permission.TOPIC_READ)}"}
    key = {
        "authorization": f"Bearer {await make_key(admin, Permission.MAIL_RECEIVE)}",
        "content-type": "message/rfc822",
    }

    assert (await client.post("/api/v1/mail/inbound", content=raw, headers=narrow)).status_code == 403
    answer = await client.post("/api/v1/mail/inbound", content=raw, headers=key)

    assert answer.status_code == 200
    assert answer.json()["state"] == "review", "this installation takes no mail: MAIL_REPLY_DOMAIN is not set"
    with pytest.raises(NotAllowed):
        await take_in(asker, raw, "api")


@pytest.mark.usefixtures("db")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=600),
        st.text(max_size=300).map(lambda text: f"From: {text}\r\nTo: {text}\r\n\r\n{text}".encode()),
    )
)
async def test_whatever_comes_in_nothing_breaks_and_nothing_is_posted(raw: bytes) -> None:
    if raw.strip():
        assert (await receive(raw)).state in {"review", "repeated"}
    assert await fetch_value("select count(*) from post") == 0


@given(st.uuids(), st.text(max_size=60))
def test_only_what_we_signed_is_ours(mail_id: UUID, other: str) -> None:
    token = write_reply_token("a secret", mail_id)
    assert len(f"reply+{token}") <= 64, "RFC 5321's longest local part"
    assert read_reply_token("a secret", token.upper()) == mail_id
    assert read_reply_token("another", token) is None
    assert read_reply_token("a secret", other) is None
    stop = write_stop_token("a secret", mail_id, {"reply", "mention"})
    assert read_stop_token("a secret", stop) == (mail_id, ["mention", "reply"])
    assert read_stop_token("another", stop) is None
    assert read_stop_token("a secret", stop.replace("mention-reply", "mention")) is None
