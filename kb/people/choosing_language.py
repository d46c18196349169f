"""In which language somebody is spoken to, on pages and in mail."""

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import NotSignedIn
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.languages.offered import require_language


async def choose_language(actor: Actor, code: str) -> None:
    """From now on; "" is whatever each browser asks for. Raises `Invalid` for a language that is not spoken here."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to choose a language for good."))
    require_language(code)
    async with unit_of_work(actor) as unit:
        await execute("update person set language = $2 where id = $1", actor.person_id, code)
        unit.audit("person.language", "person", actor.person_id, language=code)
