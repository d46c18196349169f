"""Postmark and Mailgun hand mail in and tell what became of ours; whoever has not their secret does not."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import UploadFile

from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.planning import plan_reply
from kb.tickets.answering import reply_to_ticket
from kb.tickets.queries import get_ticket
from server.app import create_app
from server.wiring import Services
from tests.support.factories import make_person
from tests.support.mail_factories import MAIL_SETTINGS, OFFICE
from tests.support.pictures import picture

POSTMARK = "/hooks/mail/postmark/sesame-in-tests"
KEY = "key-in-tests"


@pytest.fixture(scope="module")
def listening_app(app_services: Services) -> Litestar:
    settings = app_services.settings.replaced(
        **MAIL_SETTINGS, POSTMARK_WEBHOOK_SECRET="sesame-in-tests", MAILGUN_SIGNING_KEY=KEY
    )
    return create_app(replace(app_services, settings=settings), opens_database=False)


@pytest.fixture
async def service(db: str, listening_app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=listening_app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


POSTMARK_MAIL: dict[str, Any] = {
    "FromName": "Ines Duarte",
    "From": "Ines Duarte <ines@home.example>",
    "To": "Help <help@fernbook.example>",
    "Cc": "",
    "OriginalRecipient": "help@fernbook.example",
    "Subject": "Invoices are sent twice",
    "MessageID": "22c74902-a0c1-4511-804f2-341342852c90",
    "Date": "Fri, 27 Nov 2026 06:00:00 +0000",
    "ReplyTo": None,
    "TextBody": "Since Monday each invoice goes out twice.\n",
    "HtmlBody": "<p>Since Monday each invoice goes out <b>twice</b>.</p>",
    "StrippedTextReply": "",
    "Headers": [
        {"Name": "Message-ID", "Value": "<first@home.example>"},
        {"Name": "Content-Type", "Value": "multipart/broken; boundary=x"},
        {"Name": "X-Evil", "Value": "a\r\nBcc: everybody@home.example"},
    ],
    "Attachments": [
        {
            "Name": "invoices.txt",
            "Content": base64.b64encode(b"0001\n0001\n").decode(),
            "ContentType": "text/plain",
            "ContentLength": 10,
            "ContentID": "",
        }
    ],
}


async def read_all(app_services: Services) -> None:
    for row in await fetch_all("select id from received_mail where state = 'waiting'"):
        await handle_mail(row["id"], Means(OFFICE, app_services.files))


async def test_postmark_hands_a_mail_in_once(service: httpx.AsyncClient, app_services: Services) -> None:
    first = await service.post(POSTMARK, json=POSTMARK_MAIL)
    again = await service.post(
        "/hooks/mail/postmark", json=POSTMARK_MAIL, auth=httpx.BasicAuth("postmark", "sesame-in-tests")
    )
    assert (first.status_code, first.json()["outcome"]) == (200, "kept")
    assert (again.status_code, again.json()["outcome"]) == (200, "known")
    await read_all(app_services)

    message = await fetch_one("select * from ticket_message")
    assert message is not None
    assert message["body_source"].startswith("Since Monday each invoice goes out twice.\n\n[invoices.txt](/files/")
    assert await fetch_value("select message_id from received_mail") == "<first@home.example>"
    assert b"\r\nBcc:" not in bytes(await fetch_value("select content from received_mail"))


async def test_postmark_may_send_the_mail_as_it_came(service: httpx.AsyncClient, app_services: Services) -> None:
    raw = "From: ines@home.example\r\nTo: help@fernbook.example\r\nSubject: As it came\r\n\r\nWhole.\r\n"
    assert (await service.post(POSTMARK, json={**POSTMARK_MAIL, "RawEmail": raw})).status_code == 200
    await read_all(app_services)

    assert await fetch_value("select subject from ticket") == "As it came"


@pytest.mark.parametrize("path", ["/hooks/mail/postmark/guess", "/hooks/mail/postmark", "/hooks/mail/mailgun"])
async def test_without_the_secret_nothing_is_taken(service: httpx.AsyncClient, path: str) -> None:
    assert (await service.post(path, json=POSTMARK_MAIL)).status_code in {403, 422}
    assert (await service.post(path, data={"from": "ines@home.example", "token": "x"})).status_code in {403, 422}
    assert await fetch_value("select count(*) from received_mail") == 0


async def test_what_no_service_sends_is_refused_in_words(service: httpx.AsyncClient) -> None:
    for body in (b"", b"[", b"[" * 5_000, b'{"RecordType": 7}', b'{"Headers": "x"}', b"null"):
        answer = await service.post(POSTMARK, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def signed(**changes: str) -> dict[str, str]:
    moment, token = str(int(now().timestamp())), new_id().hex
    moment = changes.pop("timestamp", moment)
    signature = hmac.new(KEY.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": moment, "token": token, "signature": signature, **changes}


async def test_mailgun_hands_a_mail_in_with_its_picture_where_it_stood(
    service: httpx.AsyncClient, app_services: Services
) -> None:
    fields = {
        "recipient": "help@fernbook.example",
        "sender": "bounces@home.example",
        "from": "Ines Duarte <ines@home.example>",
        "subject": "Look",
        "body-html": '<p>Above</p><img src="cid:shot@home"><p>Below</p>',
        "stripped-text": "",
        "content-id-map": json.dumps({"<shot@home>": "attachment-1"}),
        "message-headers": json.dumps(
            [
                ["Message-Id", "<shot.mail@home.example>"],
                ["From", "Ines Duarte <ines@home.example>"],
                ["Subject", "Look"],
            ]
        ),
    }
    files = {"attachment-1": ("shot.png", picture(), "image/png")}

    first = await service.post("/hooks/mail/mailgun", data={**fields, **signed()}, files=files)
    again = await service.post("/hooks/mail/mailgun", data={**fields, **signed()}, files=files)

    assert [first.json()["outcome"], again.json()["outcome"]] == ["kept", "known"]
    await read_all(app_services)
    source = await fetch_value("select body_source from ticket_message")
    above, shown, below = source.split("\n\n")
    assert (above, below) == ("Above", "Below")
    assert shown.startswith("![")
    assert await fetch_value("select name from person") == "Ines Duarte"


async def test_mailgun_may_send_the_mail_as_it_came(service: httpx.AsyncClient, app_services: Services) -> None:
    raw = "From: ines@home.example\r\nTo: help@fernbook.example\r\nSubject: As it came\r\n\r\nWhole.\r\n"
    fields = {"recipient": "help@fernbook.example", "body-mime": raw, **signed()}
    assert (await service.post("/hooks/mail/mailgun", data=fields)).status_code == 200
    await read_all(app_services)

    assert await fetch_value("select subject from ticket") == "As it came"


@pytest.mark.parametrize("wrong", ["signature", "late", "word"])
async def test_a_signature_that_is_wrong_or_old_counts_for_nothing(service: httpx.AsyncClient, wrong: str) -> None:
    old = str(int((now() - timedelta(minutes=16)).timestamp()))
    changes = {"signature": {"signature": "0" * 64}, "late": {"timestamp": old}, "word": {"timestamp": "soon"}}[wrong]
    answer = await service.post("/hooks/mail/mailgun", data={"recipient": "help@fernbook.example", **signed(**changes)})

    assert answer.status_code == 403
    assert await fetch_value("select count(*) from received_mail") == 0


async def test_files_of_a_form_that_nobody_signed_are_not_read(
    service: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(_: UploadFile, __: int = -1) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr(UploadFile, "read", read)
    fields = {"recipient": "help@fernbook.example", **signed(signature="0" * 64)}
    answer = await service.post("/hooks/mail/mailgun", data=fields, files={"attachment-1": ("a.txt", b"x")})

    assert answer.status_code == 403


async def test_without_a_signing_key_nothing_is_mailguns(db: str, app_services: Services) -> None:
    settings = app_services.settings.replaced(**MAIL_SETTINGS, MAILGUN_SIGNING_KEY="")
    keyless = create_app(replace(app_services, settings=settings), opens_database=False)
    moment = str(int(now().timestamp()))
    by_nothing = hmac.new(b"", f"{moment}x".encode(), hashlib.sha256).hexdigest()
    proof = {"timestamp": moment, "token": "x", "signature": by_nothing}
    transport = httpx.ASGITransport(app=keyless, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answers = [
            await client.post("/hooks/mail/mailgun", data={"recipient": "help@fernbook.example", **proof}),
            await client.post("/hooks/mail/mailgun", json={"signature": proof, "event-data": {"event": "opened"}}),
            await client.post("/hooks/mail/mailgun", json=["no event"]),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert await fetch_value("select count(*) from received_mail") == 0


async def mailed_reply(service: httpx.AsyncClient, app_services: Services) -> UUID:
    """An answered ticket; the id of the mail that carries the answer."""
    await service.post(POSTMARK, json=POSTMARK_MAIL)
    await read_all(app_services)
    agent = await make_person(Role.AGENT)
    ticket = await get_ticket(agent, await fetch_value("select number from ticket"))
    await plan_reply(await reply_to_ticket(agent, ticket.id, "Switch it off."), OFFICE)
    mail_id: UUID = await fetch_value("update ticket_mail set state = 'sent', sent_at = now() returning id")
    return mail_id


def postmark_event(mail_id: UUID, record: str, **more: Any) -> dict[str, Any]:
    told = {"RecordType": record, "MessageID": "x", "Metadata": {"mail": str(mail_id)}, "Tag": None}
    return {**told, "Recipient" if record == "Delivery" else "Email": "ines@home.example", **more}


def mailgun_event(mail_id: UUID, event: str, **more: Any) -> dict[str, Any]:
    data = {
        "event": event,
        "recipient": "ines@home.example",
        "message": {"headers": {"message-id": f"{mail_id}@fernbook.example"}},
        **more,
    }
    return {"signature": signed(), "event-data": data}


EVENTS: list[tuple[str, str, dict[str, Any], str, str, str | None]] = [
    ("postmark", "Delivery", {}, "delivered", "", None),
    (
        "postmark",
        "Bounce",
        {"Type": "HardBounce", "Details": "550 no such user"},
        "bounced",
        "550 no such user",
        "bounced",
    ),
    ("postmark", "Bounce", {"Type": "SoftBounce", "Details": "452 mailbox full"}, "bounced", "452 mailbox full", None),
    ("postmark", "Bounce", {"Type": "Transient", "Description": "later"}, "sent", "later", None),
    ("postmark", "Bounce", {"Type": "AutoResponder"}, "sent", "", None),
    ("postmark", "SpamComplaint", {"Type": "SpamComplaint"}, "complained", "", "complained"),
    ("postmark", "Open", {}, "sent", "", None),
    ("mailgun", "delivered", {}, "delivered", "", None),
    ("mailgun", "failed", {"severity": "temporary", "delivery-status": {"message": "full"}}, "sent", "full", None),
    ("mailgun", "failed", {"severity": "permanent", "reason": "bounce"}, "bounced", "bounce", "bounced"),
    ("mailgun", "failed", {"severity": "permanent", "reason": "old"}, "bounced", "old", None),
    ("mailgun", "complained", {}, "complained", "", "complained"),
    ("mailgun", "opened", {}, "sent", "", None),
]


@pytest.mark.parametrize("told", EVENTS, ids=lambda told: f"{told[0]}-{told[1]}-{told[3]}-{told[4]}")
async def test_what_became_of_a_mail_stands_beside_its_message(
    service: httpx.AsyncClient, app_services: Services, told: tuple[str, str, dict[str, Any], str, str, str | None]
) -> None:
    sender, event, more, state, reason, unreachable = told
    mail_id = await mailed_reply(service, app_services)
    path, made = (POSTMARK, postmark_event) if sender == "postmark" else ("/hooks/mail/mailgun", mailgun_event)

    for _ in range(2):
        assert (await service.post(path, json=made(mail_id, event, **more))).status_code == 200

    row = await fetch_one("select state, reason from ticket_mail where id = $1", mail_id)
    assert row is not None
    assert (row["state"], row["reason"]) == (state, reason)
    assert await fetch_value("select why from unreachable_address") == unreachable


async def test_a_delivery_told_late_takes_back_no_bounce(service: httpx.AsyncClient, app_services: Services) -> None:
    mail_id = await mailed_reply(service, app_services)

    for event, more in (("Bounce", {"Type": "HardBounce"}), ("Delivery", {}), ("SpamComplaint", {}), ("Bounce", {})):
        await service.post(POSTMARK, json=postmark_event(mail_id, event, **more))

    assert await fetch_value("select state from ticket_mail where id = $1", mail_id) == "complained"
    assert await fetch_value("select why from unreachable_address") == "complained"
