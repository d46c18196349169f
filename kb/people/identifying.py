"""Customers identified from a product: its server signs who somebody is, and only because of the signature we believe it."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import jwt
import msgspec

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.messages import PersonIdentified
from kb.people.products import ProductApp
from kb.people.rules import email_error
from kb.people.sessions import ACTS_WITH, as_actor
from kb.people.tables import Person

MAX_TOKEN = 8_192
"""Characters; a token with every claim filled in has about 700."""

LEEWAY = 30
"""Seconds by which two servers' clocks may differ."""

Short = Annotated[str, msgspec.Meta(max_length=200)]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class AccountClaims(msgspec.Struct, frozen=True):
    """The customer's company, as their product knows it; what is left out stays as we know it."""

    id: Named
    name: Short | None = None
    plan: Short | None = None
    monthly_revenue: Annotated[float, msgspec.Meta(ge=0, le=9_999_999_999)] | None = None

    @property
    def revenue(self) -> Decimal | None:
        """The revenue to the cent, as the database keeps it."""
        return None if self.monthly_revenue is None else Decimal(self.monthly_revenue).quantize(Decimal("0.01"))


class CustomerClaims(msgspec.Struct, frozen=True):
    """What a token says. `sub` is the product's own id of the person."""

    sub: Named
    email: Short = ""
    name: Short = ""
    account: AccountClaims | None = None


async def read_customer_token(token: str, *, app: ProductApp) -> Actor:
    """The customer behind a signed token, made or brought up to date. Raises `Invalid` for a token that is not good.

    The actor is always a plain member, whatever role the person has here: a product vouches for its customers,
    not for our staff.
    """
    claims = _verified_claims(token, app)
    known = await _find_known(claims)
    if known is None or not _is_current(known, claims):
        known = await _write_down(claims, app)
    if known["suspended_at"] is not None:
        raise NotAllowed(say("This person is suspended."))
    return replace(as_actor(known), role=Role.MEMBER, groups=())


def _verified_claims(token: str, app: ProductApp) -> CustomerClaims:
    if len(token) > MAX_TOKEN:
        raise Invalid(say("The token is too long."), {"token": say("at most {most} characters", most=MAX_TOKEN)})
    try:
        claims: dict[str, Any] = jwt.decode(
            token, app.signing_secret, algorithms=["HS256"], leeway=LEEWAY, options={"require": ["exp", "sub"]}
        )
        said = msgspec.convert(claims, CustomerClaims, strict=False)
        return msgspec.structs.replace(
            said, name=said.name.strip(), email="" if email_error(said.email) else said.email
        )
    except jwt.ExpiredSignatureError as error:
        raise Invalid(say("The token has expired."), {"token": say("expired: sign a new one")}) from error
    except jwt.InvalidTokenError as error:
        raise Invalid(say("The token is not valid."), {"token": str(error)}) from error
    except msgspec.ValidationError as error:
        raise Invalid(say("The token's claims are not right."), {"token": str(error)}) from error


_KNOWN = (
    f"select p.id, p.name, p.username, p.email, p.role, p.suspended_at, p.external_verified, p.account_id, {ACTS_WITH},"
    " p.password_hash is not null or p.role <> 'member' as keeps_details,"
    " exists (select from person o where lower(o.email) = lower($2) and o.id <> p.id) as email_is_anothers,"
    " a.external_id as account_external_id, a.name as account_name, a.plan, a.monthly_revenue"
    " from person p left join account a on a.id = p.account_id where p.external_id = $1"
)
"""Members with a password and staff chose their name and address here: they keep them, whatever a token says."""


async def _find_known(claims: CustomerClaims) -> asyncpg.Record | None:
    return await fetch_one(_KNOWN, claims.sub, claims.email)


def _is_current(known: asyncpg.Record, claims: CustomerClaims) -> bool:
    """Whether the token says nothing new, so that a page view costs one read and no write."""
    if not known["external_verified"] or not _is_current_account(known, claims.account):
        return False
    same_name = not claims.name or known["name"] == claims.name
    same_email = not claims.email or known["email"] == claims.email or known["email_is_anothers"]
    return bool(known["keeps_details"] or (same_name and same_email))


def _is_current_account(known: asyncpg.Record, company: AccountClaims | None) -> bool:
    if company is None:
        return True
    return (
        known["account_external_id"] == company.id
        and company.name in {None, known["account_name"]}
        and company.plan in {None, known["plan"]}
        and company.revenue in {None, known["monthly_revenue"]}
    )


async def _write_down(claims: CustomerClaims, app: ProductApp) -> asyncpg.Record:
    async with unit_of_work(SYSTEM) as unit:
        # Two pages of a new customer arrive together: the second waits here and finds the first one's row.
        await fetch_value("select pg_advisory_xact_lock(hashtextextended($1, 7310002))", claims.sub)
        account_id = await _upsert_account(claims.account, unit) if claims.account else None
        person_id = await _person_of(claims, unit)
        await execute(
            "update person set external_id = $2, external_verified = true, account_id = coalesce($3, account_id)"
            " where id = $1",
            person_id,
            claims.sub,
            account_id,
        )
        await _take_details(person_id, claims, unit)
        unit.emit(PersonIdentified(person_id, app.id, claims.sub))
        unit.audit("person.identify", "person", person_id, app=app.name)
        known = await _find_known(claims)
    if known is None:
        raise Conflict(say("The customer was removed meanwhile."))
    return known


async def _upsert_account(company: AccountClaims, unit: UnitOfWork) -> UUID:
    account_id: UUID = await fetch_value(
        "insert into account as a (id, external_id, name, plan, monthly_revenue, created_at)"
        " values ($1, $2, coalesce($3, $2), coalesce($4, ''), coalesce($5::numeric, 0), $6)"
        " on conflict (external_id) do update set name = coalesce($3, a.name), plan = coalesce($4, a.plan),"
        " monthly_revenue = coalesce($5::numeric, a.monthly_revenue) returning id",
        new_id(),
        company.id,
        company.name,
        company.plan,
        company.revenue,
        unit.now,
    )
    return account_id


async def _person_of(claims: CustomerClaims, unit: UnitOfWork) -> UUID:
    """Who it is: by the product's id, else by e-mail, else somebody new.

    By e-mail only a member whose address is proved or who has no password: else whoever signs up first with somebody
    else's address would be handed their tickets. Never staff: an address typed into a product opens no staff account.
    """
    found = await fetch_value(
        "select id from person where external_id = $1 union all select id from person where lower(email) = lower($2)"
        " and external_id is null and role = 'member' and (email_verified_at is not null or password_hash is null) limit 1",
        claims.sub,
        claims.email,
    )
    if found is None:
        person = Person(name=claims.name or "Customer", role=Role.MEMBER.value, created_at=unit.now)
        await Person.insert(person)
        found = person.id
    person_id: UUID = found
    return person_id


async def _take_details(person_id: UUID, claims: CustomerClaims, unit: UnitOfWork) -> None:
    """Name and address from the token; an address that belongs to somebody else is left with them."""
    is_free = claims.email and not await fetch_value(
        "select 1 from person where lower(email) = lower($1) and id <> $2", claims.email, person_id
    )
    await execute(
        "update person set name = coalesce(nullif($2, ''), name), email = coalesce($3, email),"
        " email_verified_at = case when $3::text is null then email_verified_at else $4 end"
        " where id = $1 and password_hash is null and role = 'member'",
        person_id,
        claims.name,
        claims.email if is_free else None,
        unit.now,
    )
