"""Web push: browsers that want to be told, and telling them. A push is tried once: what it says stands on the page too."""

import base64
import binascii
import ipaddress
import json
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Gone, Invalid, KbError
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.languages.offered import SOURCE
from kb.languages.telling import tell
from kb.notices.queries import NOTICE, READABLE, NoticeView, as_view, reading_rights
from kb.notices.watching import require_reader
from kb.notices.wording import explanation_of, headline_of
from kb.people.sessions import ACTS_WITH, as_actor
from kb.ports.push import PushAddress, PushService

log = structlog.get_logger()

BROWSERS = 10
"""Of one person; the oldest gives way."""

MAX_ENDPOINT = 1_000

SHOWN = 120
"""Characters of the second line; systems cut it there, and a push service takes 4 kB in all."""


async def subscribe_browser(actor: Actor, address: PushAddress) -> None:
    """Tell this browser from now on; twice is once. Raises `Invalid` naming what is wrong with its address."""
    person_id = require_reader(actor)
    _check(address)
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into push_subscription (id, person_id, endpoint, p256dh, auth, created_at) values ($1, $2, $3, $4, $5, $6)"
            " on conflict (endpoint) do update set person_id = $2, p256dh = $4, auth = $5, created_at = $6",
            new_id(),
            person_id,
            address.endpoint,
            address.p256dh,
            address.auth,
            unit.now,
        )
        await execute(
            "delete from push_subscription where person_id = $1 and id not in"
            " (select id from push_subscription where person_id = $1 order by created_at desc, id desc limit $2)",
            person_id,
            BROWSERS,
        )


async def unsubscribe_browser(actor: Actor, endpoint: str) -> None:
    """Tell this browser no more; one that was never told changes nothing."""
    person_id = require_reader(actor)
    async with unit_of_work(actor):
        await execute("delete from push_subscription where person_id = $1 and endpoint = $2", person_id, endpoint)


async def forget_browsers(person_id: UUID, *, before: datetime) -> None:
    """Tell none that asked before then: it may be a stranger's, whose session has ended."""
    async with unit_of_work(SYSTEM):
        await execute("delete from push_subscription where person_id = $1 and created_at < $2", person_id, before)


async def count_browsers(actor: Actor) -> int:
    """How many browsers of the person are told."""
    person_id = require_reader(actor)
    return int(await fetch_value("select count(*) from push_subscription where person_id = $1", person_id))


async def push_notices(thing: str, service: PushService, *, base_url: str, language: str = SOURCE) -> int:
    """Push one thing to everybody who wants that, in their language, `language` where they chose none; returns how many browsers
    took it."""
    taken = await fetch_all(
        "update notice set push_due = false where thing = $1 and push_due and seen_at is null returning id, person_id",
        thing,
    )
    return sum([await _push(row["id"], row["person_id"], service, base_url, language) for row in taken])


async def _push(notice_id: UUID, person_id: UUID, service: PushService, base_url: str, language: str) -> int:
    browsers = await fetch_all("select endpoint, p256dh, auth from push_subscription where person_id = $1", person_id)
    found = await _read(notice_id, person_id) if browsers else None
    if found is None:
        return 0
    notice, chosen = found
    payload = write_payload(notice, base_url, chosen or language)
    return sum([await _try(PushAddress(**row), payload, service) for row in browsers])


async def _read(notice_id: UUID, person_id: UUID) -> tuple[NoticeView, str] | None:
    """The notice, if its reader may read it now, and the language they chose."""
    person = await fetch_one(
        f"select id, role, name, username, account_id, {ACTS_WITH} from person p where id = $1 and suspended_at is null",
        person_id,
    )
    if person is None:
        return None
    row = await fetch_one(f"{NOTICE}{READABLE} and n.id = $5", *reading_rights(as_actor(person), person_id), notice_id)
    return (as_view(row, person_id), person["language"]) if row else None


async def _try(address: PushAddress, payload: bytes, service: PushService) -> bool:
    try:
        await service.push(address, payload)
    except (Gone, Invalid) as ended:
        await execute("delete from push_subscription where endpoint = $1", address.endpoint)
        log.info("push.ended", reason=ended.message)
        return False
    except KbError as down:
        log.warning("push.failed", reason=down.message)
        return False
    return True


def write_payload(notice: NoticeView, base_url: str, language: str) -> bytes:
    """What frontend/scripts/push_worker.ts shows."""
    text = tell(explanation_of(notice), language)
    return json.dumps(
        {
            "title": tell(headline_of(notice), language)[:SHOWN],
            "body": text if len(text) <= SHOWN else text[:SHOWN].rstrip() + "…",
            "url": f"{base_url}/notices/{notice.id}/open",
            "tag": str(
                notice.topic_id or notice.duplicate_id or notice.decision_id or notice.article_id or notice.ticket_id
            ),
        }
    ).encode()


def _check(address: PushAddress) -> None:
    wrong = {}
    if not _may_be_asked(address.endpoint):
        wrong["endpoint"] = say("An https address of a push service on the public network.")
    if not _is_key(address.p256dh, 65):
        wrong["p256dh"] = say("The browser's public key, 65 bytes as base64url.")
    if not _is_key(address.auth, 16):
        wrong["auth"] = say("The browser's secret, 16 bytes as base64url.")
    if wrong:
        raise Invalid(say("This is not a browser's subscription."), wrong)


def _may_be_asked(endpoint: str) -> bool:
    """Names are looked up when something is sent; what is private at first sight is refused here."""
    try:
        target = urlsplit(endpoint)
        host, _ = target.hostname or "", target.port
    except ValueError:
        return False
    if target.scheme != "https" or target.username or not endpoint.isascii() or len(endpoint) > MAX_ENDPOINT:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def _is_key(text: str, length: int) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == length and len(text) < 100
    except (binascii.Error, ValueError):
        return False
