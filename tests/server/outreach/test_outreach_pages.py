"""What staff see of outreach."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from kb.adapters.mail_folder import MailFolder
from kb.core.database import fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.outreach.deciding import decide_on_signal
from kb.outreach.triggers import ensure_default_triggers
from kb.ports.channel import OutgoingMessage
from server.app import create_app
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.outreach_factories import make_signal


async def test_staff_see_triggers_and_why_each_decision_fell(client: Client) -> None:
    await ensure_default_triggers()
    await decide_on_signal(await make_signal(await make_person(name="Ines Duarte")))
    await decide_on_signal(await make_signal(None))
    await client.sign_in(await make_person(Role.AGENT))

    page = (await client.get("/outreach")).text

    assert "Help where a click does nothing" in page
    assert "Ines Duarte" in page
    assert "Nobody knows yet who this visitor is." in page
    assert "Switch off" not in page, "an agent reads, a product manager switches"
    silent = (await client.get("/outreach?outcome=refuse")).text
    assert "Ines Duarte" not in silent


async def test_a_product_manager_switches_a_trigger_off_and_on(client: Client) -> None:
    await ensure_default_triggers()
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    assert "Switch off" in (await client.get("/outreach")).text

    off = await client.post_form("/outreach/triggers/rage-click-in-app/enablement/removal")

    assert off.status_code == 303
    assert await fetch_value("select enabled from trigger where key = 'rage-click-in-app'") is False
    assert "Switch on" in (await client.get("/outreach")).text
    await client.post_form("/outreach/triggers/rage-click-in-app/enablement")
    assert await fetch_value("select enabled from trigger where key = 'rage-click-in-app'") is True


async def test_an_agent_switches_nothing_and_a_member_sees_nothing(client: Client) -> None:
    await ensure_default_triggers()
    await client.sign_in(await make_person(Role.AGENT))
    assert (await client.post_form("/outreach/triggers/rage-click-in-app/enablement/removal")).status_code == 403

    await client.sign_in(await make_person(Role.MEMBER))
    for path in ("/outreach", "/dev/mail", f"/dev/mail/{new_id()}"):
        assert (await client.get(path)).status_code == 403


async def test_without_triggers_the_page_says_where_they_come_from(client: Client) -> None:
    await client.sign_in(await make_person(Role.ADMIN))

    assert "No triggers yet" in (await client.get("/outreach")).text


@pytest.fixture
def mailing(app_services: Services, tmp_path: Path, db: str) -> tuple[Client, MailFolder]:
    """A client of an app whose mail folder is this test's own."""
    services = replace(app_services, settings=app_services.settings.replaced(DATA_DIR=str(tmp_path)))
    transport = httpx.ASGITransport(app=create_app(services, opens_database=False), raise_app_exceptions=False)
    return (
        Client(transport=transport, base_url="http://testserver"),
        MailFolder(tmp_path / "mail", sender="Help <help@x.example>"),
    )


async def test_an_admin_looks_at_mail_that_was_written_to_files(mailing: tuple[Client, MailFolder]) -> None:
    client, folder = mailing
    await client.sign_in(await make_person(Role.ADMIN))
    assert "No mail yet" in (await client.get("/dev/mail")).text
    message = OutgoingMessage(
        new_id(), "ines@example.com", "Trouble <signing> in?", "First.\n\n<b>Second</b>.", "<p>x</p>"
    )
    await folder.deliver(message)

    assert "Trouble &lt;signing&gt; in?" in (await client.get("/dev/mail")).text
    page = (await client.get(f"/dev/mail/{message.id}")).text
    assert "ines@example.com" in page
    assert "&lt;b&gt;Second&lt;/b&gt;." in page
    assert (await client.get(f"/dev/mail/{new_id()}")).status_code == 404


async def test_an_agent_reads_no_mail_of_others_since_links_in_it_sign_them_in(
    mailing: tuple[Client, MailFolder],
) -> None:
    client, folder = mailing
    message = OutgoingMessage(new_id(), "admin@example.com", "Choose a password", "/password/…", "<p>x</p>")
    await folder.deliver(message)
    await client.sign_in(await make_person(Role.AGENT))

    for path in ("/dev/mail", f"/dev/mail/{message.id}"):
        assert (await client.get(path)).status_code == 403
    assert "/dev/mail" not in (await client.get("/outreach")).text
