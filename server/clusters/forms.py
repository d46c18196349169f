"""What people type into this room's forms."""

from typing import Any

from litestar import Request

from kb.core.errors import Invalid


async def read_label(request: Request[Any, Any, Any]) -> str:
    """The cluster's new name, unjudged."""
    return await _read(request, "label")


async def read_target(request: Request[Any, Any, Any]) -> int | None:
    """The number of the cluster a question is to move to; empty leaves it alone. Raises `Invalid` for what is no number."""
    typed = (await _read(request, "to")).strip().removeprefix("#")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 17:
        raise Invalid("The question was not moved.", {"to": "Type a cluster's number, such as 12."})
    return int(typed)


async def read_origin(request: Request[Any, Any, Any]) -> int:
    """The number of the cluster whose page sent the form; 0 where none is named."""
    typed = await _read(request, "from")
    return int(typed) if typed.isdecimal() and len(typed) < 18 else 0


async def _read(request: Request[Any, Any, Any], name: str) -> str:
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""
