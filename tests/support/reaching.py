"""What a handler does, read out of its code: the functions of kb that it calls, itself or through the functions of its own door."""

from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from litestar.handlers import HTTPRouteHandler

WRITING = {("kb.core.unit_of_work", "unit_of_work"), ("kb.core.database", "execute")}
READING = {("kb.core.database", name) for name in ("fetch_all", "fetch_one", "fetch_value")}

Name = tuple[str, str]


def calls_of(handler: HTTPRouteHandler) -> set[FunctionType]:
    """The functions of kb that the handler names, directly or through functions of `server`."""
    found: set[FunctionType] = set()
    _follow(_plain(handler.fn), found, set())
    return found


@cache
def writes(function: FunctionType) -> bool:
    """Whether calling it may open a unit of work or change a row."""
    return _reaches(function, WRITING)


@cache
def reads(function: FunctionType) -> bool:
    """Whether calling it asks the database, and changes nothing."""
    return _reaches(function, READING) and not writes(function)


@cache
def named_in(function: FunctionType) -> frozenset[FunctionType]:
    """The functions of kb and server that its code names, those of modules it names included."""
    names, scope = set(_names(function.__code__)), function.__globals__
    seen: set[FunctionType] = set()
    for value in [scope.get(name) for name in names]:
        if isinstance(value, ModuleType):
            seen |= {one for name in names if (one := _plain(getattr(value, name, None)))}
        elif one := _plain(value):
            seen.add(one)
    return frozenset(one for one in seen if one.__module__.startswith(("kb.", "server.")))


def _follow(function: FunctionType | None, found: set[FunctionType], seen: set[FunctionType]) -> None:
    if function is None or function in seen:
        return
    seen.add(function)
    for named in named_in(function):
        if named.__module__.startswith("kb."):
            found.add(named)
        else:
            _follow(named, found, seen)


def _reaches(function: FunctionType, wanted: set[Name]) -> bool:
    return any((one.__module__, one.__name__) in wanted for one in all_named(function))


@cache
def all_named(function: FunctionType) -> frozenset[FunctionType]:
    """The function and whatever is reached from it."""
    seen: set[FunctionType] = {function}
    left = [function]
    while left:
        new = named_in(left.pop()) - seen
        seen |= new
        left += new
    return frozenset(seen)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _plain(value: Any) -> FunctionType | None:
    """The Python function behind a handler, a decorated function or a function."""
    if isinstance(value, HTTPRouteHandler):
        value = value.fn
    value = getattr(value, "__wrapped__", value)
    return value if isinstance(value, FunctionType) else None
