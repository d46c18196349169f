"""Choosing a password by a link in a mail: for whoever forgot theirs, and for whoever is known by mail alone and never had one.

The link is signed and kept nowhere. What is signed holds the person, the address, the password as it is now (its hash) and the end:
so a link that was used, a password or an address that changed, make every link before worthless, and there is no table to sweep.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field, replace
from uuid import UUID

import asyncpg

from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people import rules
from kb.people.adding import naming_what_is_taken
from kb.people.corresponding import WRITES_FROM
from kb.people.messages import PasswordLinkAsked, PasswordSet
from kb.people.passwords import hash_password
from kb.people.sessions import ACTS_WITH, NOT_SUSPENDED, as_actor
from kb.people.signing_in import forgive_tries

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{8,10})\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """Whom a link is for. `is_held`: the address stands in their row; of somebody who wrote by mail after a stranger had signed up
    with it, it does not."""

    person_id: UUID
    holder: Actor
    address: str
    is_held: bool
    is_confirmed: bool

    @property
    def is_member(self) -> bool:
        """Whether they have a username and only need a password."""
        return bool(self.holder.username)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen. Name and username count only for somebody without a username."""

    password: str = field(repr=False)
    name: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link to be mailed to `address`; `username` is "" for somebody who has none yet, `language` "" for who chose none.

    The address is the one we know. What was typed may be equal to it in small letters only, as `K` (Kelvin) and `k` are, and be
    another's mailbox.
    """

    token: str
    person_id: UUID
    address: str
    username: str
    language: str


async def ask_for_password_link(address: str, *, language: str, network: str = "") -> None:
    """Have the link mailed to whoever has this address, if anybody. Raises `Invalid` for what is no address, `TooMany` for too many
    askings, of an address known or unknown alike: nobody learns here who has an account, by answer or by time."""
    address = address.strip()
    if wrong := rules.email_error(address):
        raise Invalid(wrong, {"email": wrong})
    if network:
        await spend(f"password-link:network:{network}", rules.LINKS_PER_NETWORK, rules.LINK_WINDOW)
    await spend(f"password-link:mailbox:{address.lower()}", rules.LINKS_PER_MAILBOX, rules.LINK_WINDOW)
    async with unit_of_work(ANONYMOUS) as unit:
        unit.emit(PasswordLinkAsked(address, language, new_id()))


_MAY_CHOOSE = f"{NOT_SUSPENDED} and (p.role = 'member' or p.email_verified_at is not null)"
"""Of staff only who confirmed their address: one mistyped when signing up would open the desk to its owner."""

_HOLDER = (
    f"select p.id, p.role, p.name, p.username, p.account_id, {ACTS_WITH}, p.password_hash, {WRITES_FROM} as address,"
    f" p.email is not null as is_held, p.email_verified_at is not null as is_confirmed from person p where {_MAY_CHOOSE}"
)

_HAS = "lower(p.email) = lower($1) and ($2 or p.password_hash is not null or p.source = 'mail')"
_WROTE = (
    "p.email is null and p.source = 'mail' and p.source_id = lower($1)"
    " and not exists (select 1 from person o where lower(o.email) = lower($1)"
    "   and (o.email_verified_at is not null or o.password_hash is null))"
)


async def write_password_links(secret: str, address: str, *, takes_new: bool) -> list[WrittenLink]:
    """A link for whoever has the address, and one for whoever wrote by mail from there while another only claims it: who reads that
    mailbox is the one to choose. [] for nobody.

    Unless `takes_new` (SIGN_UP is closed) only for those who have a password or are known by mail: an admin makes the other accounts.
    """
    rows = await fetch_all(
        f"{_HOLDER} and (({_HAS}) or ({_WROTE})) order by p.email is null, p.id limit 2", address, takes_new
    )
    ends = int((now() + rules.LINK_LASTS).timestamp())
    return [
        WrittenLink(
            f"{row['id'].hex}.{ends:x}.{_sign(secret, ends, row)}",
            row["id"],
            row["address"],
            row["username"] or "",
            row["language"],
        )
        for row in rows
    ]


async def find_password_link(secret: str, token: str) -> PasswordLink:
    """Whom the link is for. Raises `NotFound` for one that is not ours or works no more."""
    return await _find(secret, token)


async def set_password(secret: str, token: str, chosen: Chosen) -> Actor:
    """Once for a link: the password is theirs, the address confirmed, every session ended. Returns them as the actor they now are.

    Raises `NotFound` as `find_password_link` does, `Invalid` naming every field that is wrong.
    """
    link = await _find(secret, token)
    member = _checked(link, chosen)
    hashed = await hash_password(chosen.password)
    async with unit_of_work(member) as unit:
        link = await _find(
            secret, token, lock="for no key update of p"
        )  # of two at once one finds the other's password
        if not link.is_held:
            await _take_from_claimant(unit, link)
        await _write_down(unit, link, member, hashed)
        await _end_access(unit, link)
        unit.audit("person.set_password", "person", link.person_id)
        unit.emit(PasswordSet(link.person_id, new_id(), unit.now))
    await forgive_tries(link.address)
    return member


async def _find(secret: str, token: str, *, lock: str = "") -> PasswordLink:
    found = _TOKEN.fullmatch(token)
    row = await fetch_one(f"{_HOLDER} and p.id = $1 {lock}", UUID(found[1])) if found else None
    ends = int(found[2], 16) if found else 0
    if row is None or not found or ends <= now().timestamp() or not row["address"]:
        raise NotFound(say("This link works no more."))
    if not hmac.compare_digest(found[3], _sign(secret, ends, row)):
        raise NotFound(say("This link works no more."))
    return PasswordLink(row["id"], as_actor(row), row["address"], row["is_held"], row["is_confirmed"])


def _checked(link: PasswordLink, chosen: Chosen) -> Actor:
    """Who they are from then on."""
    name, username = link.holder.name, link.holder.username
    found = {}
    if not link.is_member:
        name, username = " ".join(chosen.name.replace("\x00", "").split()), chosen.username
        found = {"name": rules.name_error(name), "username": rules.username_error(username)}
    found["password"] = rules.password_error(chosen.password, email=link.address)
    wrong = {field_name: text for field_name, text in found.items() if text}
    if wrong:
        raise Invalid(say("Some details need another look."), wrong)
    return replace(link.holder, name=name, username=username)


async def _take_from_claimant(unit: UnitOfWork, link: PasswordLink) -> None:
    """Whoever typed the address and showed nothing for it keeps everything else."""
    rows = await fetch_all(
        "update person set email = null where lower(email) = lower($1) and email_verified_at is null"
        " and password_hash is not null returning id",
        link.address,
    )
    for row in rows:
        unit.audit("person.lose_address", "person", row["id"])


async def _write_down(unit: UnitOfWork, link: PasswordLink, member: Actor, hashed: str) -> None:
    with naming_what_is_taken():
        await execute(
            "update person set password_hash = $2, email = $3, email_verified_at = coalesce(email_verified_at, $4), name = $5,"
            " username = $6 where id = $1",
            link.person_id,
            hashed,
            link.address,
            unit.now,
            member.name,
            member.username,
        )


async def _end_access(unit: UnitOfWork, link: PasswordLink) -> None:
    """Programs of somebody who owned the address go on. While nobody had confirmed it, a stranger may have signed up with it and
    made a key: that ends with their session."""
    await execute("delete from session where person_id = $1", link.person_id)
    if not link.is_confirmed:
        await execute(
            "update api_key set revoked_at = $2 where person_id = $1 and revoked_at is null", link.person_id, unit.now
        )


def _sign(secret: str, ends: int, row: asyncpg.Record) -> str:
    held = ("password", row["id"].hex, row["address"].lower(), row["password_hash"] or "", str(ends))
    return hmac.new(secret.encode(), "\0".join(held).encode(), hashlib.sha256).hexdigest()[:32]
