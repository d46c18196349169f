"""Mail speaks the language of whoever receives it, not of whoever wrote, and reads from the right where that is written so."""

import json
from dataclasses import replace

import pytest

from jobs.tools import Tools
from kb.core.actor import ANONYMOUS, Actor
from kb.core.saying import say, say_many
from kb.languages.telling import tell
from kb.notices.composing import Envelope, Told, compose_digest
from kb.notices.pushing import write_payload
from kb.notices.queries import list_notices
from kb.notices.site import Site
from kb.outreach.deciding import decide_on_signal
from kb.outreach.sending import deliver_message
from kb.outreach.triggers import ensure_default_triggers
from kb.people.choosing_language import choose_language
from kb.people.signing_up import SignUp, sign_up
from tests.jobs.notices.test_mail import mails_to, pass_time, posting, server, text_of
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.mail_server import MailServer
from tests.support.outreach_factories import MemoryChannel, make_signal

__all__ = ["posting", "server"]

DIRECTIONS = {"de": "ltr", "ar": "rtl"}
REPLIED = say("{name} replied in", name="Tove")
REPLY = say("Reply to this mail to answer in the topic.")
STOP = say("No more mail of this kind")


async def speaker_of(code: str) -> Actor:
    person = await make_person()
    await choose_language(person, code)
    return replace(person, language=code)


@pytest.mark.parametrize("code", list(DIRECTIONS))
async def test_a_mail_about_a_topic_is_told_to_its_recipient(posting: Tools, server: MailServer, code: str) -> None:
    asker, english = await speaker_of(code), await make_person(name="Tove")
    await make_reply(await make_topic(asker, title="The export stops"), english, body="Try this")
    await pass_time(posting)

    [mail] = await mails_to(server, asker)
    text, html = text_of(mail), text_of(mail, "html")
    assert f"{tell(REPLIED, code)} The export stops" in text
    for sentence in (REPLY, STOP):
        assert tell(sentence, code) != sentence
        assert tell(sentence, code) in text
        assert tell(sentence, code) in html
        assert sentence not in text + html
    assert f'<html lang="{code}" dir="{DIRECTIONS[code]}">' in html
    assert f'<div dir="{DIRECTIONS[code]}"' in html


async def test_who_chose_no_language_is_written_to_in_the_site_s(posting: Tools, server: MailServer) -> None:
    german = replace(posting, settings=posting.settings.replaced(DEFAULT_LANGUAGE="de"))
    asker = await make_person()
    await make_reply(await make_topic(asker))
    await pass_time(german)

    [mail] = await mails_to(server, asker)
    assert tell(STOP, "de") in text_of(mail)


@pytest.mark.parametrize("code", list(DIRECTIONS))
async def test_the_mail_that_confirms_an_address_is_told_too(posting: Tools, server: MailServer, code: str) -> None:
    ines = await sign_up(ANONYMOUS, SignUp("Ines", "ines", "ines@home.example", "four calm brown bears"))
    await choose_language(ines, code)
    await deliver_until_quiet(posting)

    [mail] = server.mails
    assert mail["Subject"] == tell(say("Confirm your e-mail address"), code)
    assert f'dir="{DIRECTIONS[code]}"' in text_of(mail, "html")


@pytest.mark.parametrize("code", list(DIRECTIONS))
async def test_a_digest_and_a_push_are_told_to_their_reader(db: str, tools: Tools, code: str) -> None:
    asker, replier = await speaker_of(code), await make_person(name="Tove")
    await make_reply(await make_topic(asker, title="The export stops"), replier)
    await deliver_until_quiet(tools)
    [notice] = (await list_notices(asker)).notices
    site = Site("https://forum.example", "not-secret-in-tests", "forum.example", "")
    envelope = Envelope(notice.id, asker.person_id or notice.id, "ines@fernbook.example", None, None, code)
    mail = compose_digest(envelope, [Told(notice, "", "", "")] * 3, site)

    assert mail.subject == tell(
        say_many("{n} thing you have not seen yet", "{n} things you have not seen yet", 3), code
    )
    assert tell(say("You get this digest because you chose it."), code) in mail.text
    assert f'<html lang="{code}" dir="{DIRECTIONS[code]}">' in mail.html
    pushed = json.loads(write_payload(notice, "https://forum.example", code))
    assert pushed["title"] == f"{tell(REPLIED, code)} The export stops"


@pytest.mark.parametrize("code", list(DIRECTIONS))
async def test_help_for_somebody_stuck_is_told_in_their_language(db: str, code: str) -> None:
    await ensure_default_triggers()
    ines, channel = await speaker_of(code), MemoryChannel()
    [decided] = await decide_on_signal(await make_signal(ines, detector="failed_logins", page_url=None))
    await deliver_message(decided.message_ids[0], {"email": channel}, base_url="https://help.example")

    [mail] = channel.delivered
    assert tell(say("Go to sign-in"), code) in mail.text
    assert tell(say("You get this one message because you had this trouble."), code) in mail.html
    assert f'dir="{DIRECTIONS[code]}"' in mail.html
    assert "signing in to" not in mail.text
