"""kill -9 of the worker between keeping a mail and reading it, and between a mail server's yes and our note of it."""

import asyncio
from pathlib import Path

import pytest

from kb.adapters.arq_queue import ArqQueue, redis_from
from kb.adapters.folder_store import FolderStore
from kb.adapters.smtp_channel import SmtpChannel
from kb.core import outbox
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.mail.handling import sweep_received_mail
from kb.mail.office import Means
from kb.mail.sending import sweep_unsent_ticket_mail
from kb.mail.taking_in import take_in
from tests.support.mail_factories import MAIL_SETTINGS, NO_FILES, OFFICE, SUPPORT, raw_mail
from tests.support.mail_server import mail_server
from tests.support.processes import Processes

MAILS = 12
WITHIN_SECONDS = 150
"""A worker takes seconds to start, on a busy machine a minute."""


async def until(query: str) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not await fetch_value(query):
            await asyncio.sleep(0.02)


async def let_two_minutes_pass(folder: Path, relay_url: str) -> None:
    """The leases of what the killed one held run out, and the sweeps of each minute come by."""
    await execute("update received_mail set next_attempt_at = now() where state = 'waiting'")
    await sweep_received_mail(Means(OFFICE, FolderStore(folder)))
    await until("select count(*) = 0 from outbox_message where done_at is null and name like '%Mail%'")
    await execute("update ticket_mail set next_attempt_at = now() where state = 'waiting'")
    channel = SmtpChannel(relay_url, sender=f"Fernbook <{SUPPORT}>")
    await sweep_unsent_ticket_mail(channel, OFFICE, store=NO_FILES)


@pytest.mark.usefixtures("db")
@pytest.mark.long
async def test_a_worker_that_is_killed_over_its_mail_loses_none_and_doubles_none(db: str, tmp_path: Path) -> None:
    with mail_server() as relay:
        settings = {**MAIL_SETTINGS, "DATABASE_URL": db, "SMTP_URL": relay.url, "SECRET_KEY": OFFICE.site.secret}
        processes = Processes(tmp_path, **settings)
        processes.start("redis")
        queue = ArqQueue(redis_from(processes.redis_url))
        outbox.set_publisher(queue.offer)
        killed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def kill_once() -> None:
            if not killed.is_set():
                processes.kill("worker")
                loop.call_soon_threadsafe(killed.set)

        relay.after_keeping = kill_once
        try:
            for number in range(MAILS):
                await take_in(SYSTEM, raw_mail(f"P{number} <p{number}@home.example>"), "smtp", recipients=[SUPPORT])
            processes.start("worker")
            await asyncio.wait_for(killed.wait(), WITHIN_SECONDS)
            processes.start("worker")
            await until(
                "select count(*) = 0 from outbox_message where done_at is null and name in ('MailArrived', 'TicketOpened')"
            )
            await let_two_minutes_pass(tmp_path, relay.url)
        finally:
            outbox.set_publisher(None)
            await asyncio.to_thread(processes.stop)
            await queue.close()

    asked = await fetch_all("select count(*) as messages from ticket_message group by ticket_id")
    assert [row["messages"] for row in asked] == [1] * MAILS
    by_id = {str(mail["Message-ID"]): str(mail["To"]) for mail in relay.mails}
    assert sorted(by_id.values()) == sorted(f"p{number}@home.example" for number in range(MAILS))
