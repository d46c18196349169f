"""Writing down a new person inside somebody's unit of work; a name already taken becomes a word beside its field."""

from uuid import UUID

from asyncpg import UniqueViolationError

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.people.tables import Person

_TAKEN = {
    "person_email": ("email", say("There is an account with this e-mail address. Sign in instead.")),
    "person_username": ("username", say("Somebody has this name already.")),
    "person_external": ("external_id", say("Somebody has this id already.")),
}


async def add_person(person: Person) -> UUID:
    """Insert the row. Raises `Invalid` when e-mail, username or external id belong to somebody."""
    try:
        await Person.insert(person)
    except UniqueViolationError as error:
        name = str(error.constraint_name)
        if name not in _TAKEN:
            raise
        field, text = _TAKEN[name]
        raise Invalid(text, {field: text}) from error
    person_id: UUID = person.id
    return person_id
