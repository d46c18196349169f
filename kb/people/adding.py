"""Writing down a new person inside somebody's unit of work; a name already taken becomes a word beside its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from asyncpg import UniqueViolationError

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.people.tables import Person

ADDRESS_TAKEN = say("There is an account with this e-mail address. Sign in instead.")
_TAKEN = {
    "person_email": ("email", ADDRESS_TAKEN),
    "person_username": ("username", say("Somebody has this name already.")),
    "person_external": ("external_id", say("Somebody has this id already.")),
}


async def add_person(person: Person) -> UUID:
    """Insert the row. Raises `Invalid` when e-mail, username or external id belong to somebody."""
    with naming_what_is_taken():
        await Person.insert(person)
    person_id: UUID = person.id
    return person_id


@contextmanager
def naming_what_is_taken() -> Iterator[None]:
    """Around a write to `person`: what belongs to somebody else is `Invalid`, with a word beside its field."""
    try:
        yield
    except UniqueViolationError as error:
        name = str(error.constraint_name)
        if name not in _TAKEN:
            raise
        field, text = _TAKEN[name]
        raise Invalid(text, {field: text}) from error
