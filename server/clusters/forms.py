"""What people type into this room's forms."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import Invalid
from kb.core.saying import say


async def read_label(request: Request[Any, Any, Any]) -> str:
    """The cluster's new name, unjudged."""
    return await _read(request, "label")


def _as_number(text: str) -> int | None:
    typed = text.strip().removeprefix("#")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 17:
        raise Invalid(say("The question was not moved."), {"to": say("Type a cluster's number, such as 12.")})
    return int(typed)


@dataclass(frozen=True, slots=True)
class ChosenForm:
    """Questions that were ticked, in the page's order, and what to do: move, alone, split, same or apart."""

    questions: list[UUID]
    act: str
    to: str
    label: str

    @property
    def target(self) -> int | None:
        """The number in `to`. Raises `Invalid` for what is no number."""
        return _as_number(self.to)


async def read_chosen(request: Request[Any, Any, Any]) -> ChosenForm:
    """The form under a cluster's questions, unjudged; what is no question's id is left out."""
    form = await request.form()
    ticked = [one for value in form.getall("questions", []) if (one := _as_id(value))]
    return ChosenForm(
        ticked, await _read(request, "act"), await _read(request, "to"), await _read(request, "split_label")
    )


def _as_id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


async def read_other(request: Request[Any, Any, Any], name: str) -> int:
    """The number of another cluster; 0, which none has, for what is no number."""
    typed = (await _read(request, name)).strip().removeprefix("#")
    return int(typed) if typed.isdecimal() and len(typed) < 18 else 0


async def _read(request: Request[Any, Any, Any], name: str) -> str:
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""
