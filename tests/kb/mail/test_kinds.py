"""Who wrote a mail, told by its headers, its reports and its subject; in doubt it was a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.mail.kinds import Kind, KindName, judge
from kb.mail.reading import read_message
from tests.support.shared_data import shared_data

OWN = {"help@desk.example"}


def kind_of(headers: str, body: str = "Hello", own: set[str] = OWN) -> Kind:
    raw = (
        f"{headers.strip()}\n\n{body}"
        if headers.lower().startswith("from:")
        else f"From: ada@home.example\n{headers.strip()}\n\n{body}"
    )
    return judge(read_message(raw.encode()), own, {"mail.desk.example"})


PEOPLE = {
    "plain": "Subject: The oven",
    "says that nothing automatic sent it": "Auto-Submitted: no",
    "asks about automatic replies": "Subject: Automatic replies stopped working",
    "asks about out of office": "Subject: Out of office calendar is not shown",
    "asks about returned mail": "Subject: Mail delivery failed for our newsletter",
    "forwards a failure": "Subject: Fwd: Undelivered Mail Returned to Sender",
    "wrote to the group behind our address": "List-ID: Help <help.desk.example>\nPrecedence: list\nList-Unsubscribe: <x>",
    "wrote to the group, told by its address": "List-Post: <mailto:help@desk.example>\nPrecedence: list",
    "wants no receipts alone": "X-Auto-Response-Suppress: DR, RN, NRN",
    "has our domain, as our own people do": "Message-ID: <1@desk.example>",
    "away is a word": "Subject: Abwesenheit eintragen geht nicht",
}


@pytest.mark.parametrize("what", PEOPLE)
def test_a_person_is_taken_for_a_person(what: str) -> None:
    found = kind_of(PEOPLE[what])
    assert (found.name, found.failures) == (KindName.PERSON, ())


def test_real_replies_are_of_people() -> None:
    folder = shared_data("email/talon/tests/fixtures/standard_replies")
    found = {path.name: judge(read_message(path.read_bytes()), OWN).name for path in folder.glob("*.eml")}
    assert len(found) == 12
    assert set(found.values()) == {KindName.PERSON}


AUTOMATIC = [
    "Auto-Submitted: auto-replied (vacation)", "Auto-Submitted: auto-generated", "X-Autoreply: yes", "X-Autorespond: Re: The oven",
    "Precedence: auto_reply", "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: DR, OOF, AutoReply", "Return-Path: <>",
    "From: MAILER-DAEMON@home.example", "Subject: Automatic reply: The oven", "Subject: Out of Office: Re: The oven",
    "Subject: Out of office until 4 December", "Subject: Out of Office AutoReply: The oven", "Subject: Automatische Antwort: Ofen",
    "Subject: Abwesenheitsnotiz: Ofen", "Subject: Réponse automatique : le four", "Subject: Respuesta automática: el horno",
    "Subject: Resposta automática: o forno", "Subject: Risposta automatica: il forno", "Subject: Automatisch antwoord: oven",
    "Subject: Odpowiedź automatyczna: piekarnik", "Subject: Автоматический ответ: печь", "Subject: Автоматична відповідь: піч",
    "Subject: Autosvar: ovnen", "Subject: Automaattinen vastaus: uuni", "Subject: Automatická odpověď: trouba",
    "Subject: Automatikus válasz: sütő", "Subject: Otomatik yanıt: fırın", "Subject: Αυτόματη απάντηση: ο φούρνος",
    "Subject: 自动回复: 烤箱", "Subject: 自動返信", "Subject: 자동 회신: 오븐",
    "Subject: رد تلقائي: الفرن", "Subject: תשובה אוטומטית: תנור",
    "Subject: Trả lời tự động: lò", "Subject: Balasan otomatis: oven", "Subject: Răspuns automat: cuptor",
]  # fmt: skip


@pytest.mark.parametrize("headers", AUTOMATIC)
def test_a_machine_that_answers_is_told(headers: str) -> None:
    found = kind_of(headers)
    assert found.name is KindName.AUTOMATIC
    assert found.reason


@pytest.mark.parametrize(
    "headers", ["List-ID: <news.shop.example>", "List-Unsubscribe: <https://x>", "Precedence: bulk", "Precedence: junk"]
)
def test_what_goes_to_many_is_bulk(headers: str) -> None:
    assert kind_of(headers).name is KindName.BULK


@pytest.mark.parametrize(
    "headers",
    [
        "From: Help <HELP@desk.example>",
        "Message-ID: <topic.1@mail.desk.example>",
        "X-Loop: help@desk.example",
        "X-Loop: mail.desk.example",
    ],
)
def test_our_own_mail_come_back_is_a_loop(headers: str) -> None:
    assert kind_of(headers).name is KindName.LOOP


def report(
    kind: str, fields: str, original: str = "Message-ID: <sent.1@mail.desk.example>\nTo: Bo <bo@shop.example>\n"
) -> Kind:
    """A multipart/report of three parts, as RFC 3462 has it."""
    body = (
        f"--=b\nContent-Type: text/plain\n\nYour message to wrong@shop.example could not be delivered.\n\n"
        f"--=b\nContent-Type: {kind}\n\n{fields}\n\n"
        f"--=b\nContent-Type: message/rfc822\n\n{original}Subject: An answer\n\nWords to bo@shop.example\n--=b--\n"
    )
    return kind_of('From: MAILER-DAEMON@shop.example\nContent-Type: multipart/report; boundary="=b"', body)


DSN = "Reporting-MTA: dns; mx.shop.example\nArrival-Date: Thu, 26 Nov 2026 10:02:00 +0000\n\n"


def test_a_report_of_failure_names_each_address_with_its_status() -> None:
    found = report(
        "message/delivery-status",
        DSN
        + "Final-Recipient: rfc822; Bo@Shop.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such\n user\n\n"
        "Final-Recipient: rfc822;<di@shop.example>\nAction: delayed\nStatus: 4.2.2\n\n"
        "Final-Recipient: rfc822; ok@shop.example\nAction: delivered\nStatus: 2.0.0",
    )
    assert found.name is KindName.BOUNCE
    assert [(one.recipient, one.status, one.is_permanent, one.about) for one in found.failures] == [
        ("bo@shop.example", "5.1.1", True, "<sent.1@mail.desk.example>"),
        ("di@shop.example", "4.2.2", False, "<sent.1@mail.desk.example>"),
    ]
    assert found.failures[0].explanation == "550 5.1.1 No such user"


def test_a_report_of_success_is_no_bounce() -> None:
    found = report(
        "message/delivery-status", DSN + "Final-Recipient: rfc822; bo@shop.example\nAction: delivered\nStatus: 2.0.0"
    )
    assert (found.name, found.failures) == (KindName.AUTOMATIC, ())
    assert (
        report("message/disposition-notification", "Disposition: manual-action; displayed").name is KindName.AUTOMATIC
    )


def test_a_complaint_says_who_complained_of_what() -> None:
    fields = "Feedback-Type: abuse\nUser-Agent: Yahoo/1\nVersion: 1\nOriginal-Rcpt-To: <Di@shop.example>"
    found = report("message/feedback-report", fields)
    assert found.name is KindName.COMPLAINT
    assert found.complaint is not None
    assert (found.complaint.what, found.complaint.recipients, found.complaint.about) == (
        "abuse",
        ("di@shop.example",),
        "<sent.1@mail.desk.example>",
    )
    without = report("message/feedback-report", "Feedback-Type: fraud\nVersion: 1").complaint
    assert without is not None
    assert (without.what, without.recipients) == ("fraud", ("bo@shop.example",))


SERVERS = {
    "postfix": (
        "From: MAILER-DAEMON@mx.shop.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender",
        "I'm sorry to have to inform you that your message could not be delivered.\n\n"
        "<bo@shop.example>: host mx.shop.example said: 550 5.1.1 <bo@shop.example>: Recipient rejected",
        "5.1.1", True,
    ),
    "qmail": (
        "From: MAILER-DAEMON@shop.example\nSubject: failure notice\nReturn-Path: <>",
        "Hi. This is the qmail-send program at shop.example.\n\n<bo@shop.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <help@desk.example>\nMessage-ID: <sent.1@mail.desk.example>",
        "5.1.1", True,
    ),
    "exim": (
        "From: Mail Delivery System <Mailer-Daemon@shop.example>\nX-Failed-Recipients: bo@shop.example\n"
        "Subject: Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its recipients. "
        "This is a permanent error.\n\n  bo@shop.example\n    Unrouteable address",
        "", True,
    ),
    "gmail": (
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: bo@shop.example\n"
        "Subject: Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to bo@shop.example\n\n"
        "The response was: 550 5.1.1 The email account does not exist.",
        "5.1.1", True,
    ),
    "exchange": (
        "From: postmaster@shop.example\nSubject: Undeliverable: An answer",
        "Delivery has failed to these recipients or groups:\n\nbo@shop.example\n"
        "The recipient's mailbox is full and can't accept messages now.\n\n"
        "Remote Server returned '452 4.2.2 mailbox full'",
        "4.2.2", False,
    ),
    "german": (
        "From: Mail-Daemon@shop.example\nReturn-Path: <>\nSubject: Unzustellbar: Eine Antwort",
        "Die Nachricht an bo@shop.example wurde nicht zugestellt.\n554 Transaction failed",
        "", True,
    ),
    "delayed": (
        "From: postmaster@shop.example\nSubject: Delivery delayed: An answer",
        "Delivery to bo@shop.example is delayed; we will keep trying for 2 days.",
        "", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("server", SERVERS)
def test_bounces_without_a_report_are_read_from_their_words(server: str) -> None:
    headers, body, status, is_permanent = SERVERS[server]
    found = kind_of(headers, body)
    assert found.name is KindName.BOUNCE
    assert [(one.recipient, one.status, one.is_permanent) for one in found.failures] == [
        ("bo@shop.example", status, is_permanent)
    ]
    if server == "qmail":
        assert found.failures[0].about == "<sent.1@mail.desk.example>"


@given(st.binary(max_size=300), st.sampled_from(["message/delivery-status", "message/feedback-report", "text/plain"]))
def test_any_report_is_judged(raw: bytes, kind: str) -> None:
    mail = read_message(
        b"From: MAILER-DAEMON@x.example\nSubject: failure notice\nContent-Type: " + kind.encode() + b"\n\n" + raw
    )
    assert judge(mail, OWN).reason
