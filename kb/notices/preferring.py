"""What a person wants to be told, and how: each kind of notice on each channel, and the digest."""

from collections.abc import Mapping
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, execute_many, fetch_all
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.notices.rules import (
    CHANNELS,
    CHOICES,
    DIGEST,
    DIGEST_CHOICES,
    EMAIL,
    KINDS,
    NEVER,
    OF_STAFF,
    Preferences,
    choice_of,
)
from kb.notices.watching import require_reader


async def get_preferences(actor: Actor) -> dict[tuple[str, str], str]:
    """What holds for each kind and channel and the digest, defaults filled in."""
    chosen = await find_chosen(require_reader(actor))
    kinds = [kind for kind in KINDS if kind not in OF_STAFF or actor.is_staff]
    every = [(kind, channel) for kind in kinds for channel in CHANNELS] + [(DIGEST, EMAIL)]
    return {pair: choice_of(chosen, *pair) for pair in every}


async def set_preferences(actor: Actor, choices: Mapping[tuple[str, str], str]) -> None:
    """Choose; what is not named stays. Raises `Invalid` naming `kind.channel` for what cannot be chosen."""
    person_id = require_reader(actor)
    wrong = {
        f"{kind}.{channel}": say("one of {known}", known=", ".join(_possible(kind, channel) or ("nothing",)))
        for (kind, channel), choice in choices.items()
        if choice not in _possible(kind, channel)
    }
    if wrong:
        raise Invalid(say("This cannot be chosen."), wrong)
    async with unit_of_work(actor) as unit:
        await write_choices(unit, person_id, choices)


async def write_choices(unit: UnitOfWork, person_id: UUID, choices: Mapping[tuple[str, str], str]) -> None:
    """Store the choices, inside the caller's unit of work; mail that waits for a kind chosen never is not sent any more."""
    await execute_many(
        "insert into notice_preference (person_id, kind, channel, choice) values ($1, $2, $3, $4)"
        " on conflict (person_id, kind, channel) do update set choice = excluded.choice",
        [(person_id, kind, channel, choice) for (kind, channel), choice in choices.items()],
    )
    silenced = [kind for (kind, channel), choice in choices.items() if channel == EMAIL and choice == NEVER]
    await execute(
        "update notice set mail_due_at = null where person_id = $1 and kind = any($2::text[]) and seen_at is null"
        " and (mail_id is null or exists (select from notice_mail m where m.id = mail_id and m.state = 'waiting'))",
        person_id,
        silenced,
    )
    unit.audit(
        "notice.prefer", "person", person_id, choices={".".join(pair): choice for pair, choice in choices.items()}
    )


async def find_chosen(person_id: UUID) -> Preferences:
    """What the person chose, without defaults."""
    rows = await fetch_all("select kind, channel, choice from notice_preference where person_id = $1", person_id)
    return {(row["kind"], row["channel"]): row["choice"] for row in rows}


def _possible(kind: str, channel: str) -> tuple[str, ...]:
    if kind == DIGEST:
        return DIGEST_CHOICES if channel == EMAIL else ()
    return CHOICES.get(channel, ()) if kind in KINDS else ()
