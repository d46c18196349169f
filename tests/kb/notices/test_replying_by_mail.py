"""A mail to a signed address becomes a reply, once; whatever else comes in is kept with its reason."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import NotAllowed
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.hiding import hide_topic
from kb.notices.mailing import prepare_mails
from kb.notices.reading_mail import read_mail
from kb.notices.receiving import Received, receive_mail
from kb.notices.site import Site
from kb.notices.tokens import read_reply_token, read_stop_token, write_reply_token, write_stop_token
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key

Deliver = Callable[[], Awaitable[int]]
SITE = Site("https://forum.example", "not-secret-in-tests", "fernbook.example", "in.fernbook.example")


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


async def receive(raw: bytes) -> Received:
    return await receive_mail(SYSTEM, raw, SITE)


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
    "no token": {"to": "help@in.fernbook.example"},
    "stranger": {"sender": "mallory@example.com"},
    "machine": {"Auto_Submitted": "auto-replied"},
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
        ("no token", "not addressed to a reply address"),
        ("elsewhere", "not addressed to a reply address"),
        ("stranger", "another address"),
        ("old", "too old"),
        ("machine", "A machine wrote it"),
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

    assert (received.state, await fetch_value("select count(*) from post")) == ("refused", before)
    assert reason in received.reason
    row = await fetch_one("select reason, content from inbound_mail")
    assert row is not None
    assert reason in row["reason"]
    assert row["content"]


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
    assert answer.json()["state"] == "refused", "this installation takes no mail: MAIL_REPLY_DOMAIN is not set"
    with pytest.raises(NotAllowed):
        await receive_mail(asker, raw, SITE)


@pytest.mark.usefixtures("db")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=600),
        st.text(max_size=300).map(lambda text: f"From: {text}\r\nTo: {text}\r\n\r\n{text}".encode()),
    )
)
async def test_whatever_comes_in_nothing_breaks_and_nothing_is_posted(raw: bytes) -> None:
    assert (await receive(raw)).state == "refused"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: =?utf-8?q?=ff=fe?= <a@b\r\nTo: <<>>,,;\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe\x00",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--y\r\n\r\nz",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n!!!!",
        b"Message-ID: <[a\r\n b@\r\nTo: a:b:c;;\r\n\r\n",
        b"",
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read_mail(raw).message_id


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
