"""The template environments: one a language, so that its words are constants of the compiled templates and cost a page nothing."""

import json
import sys
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import Namespace
from markupsafe import Markup

from kb.core.saying import Said
from kb.languages.catalogues import Catalogue, catalogue_of
from kb.languages.offered import SOURCE
from kb.languages.telling import (
    direction_of,
    tell,
    tell_ago,
    tell_ahead,
    tell_day,
    tell_decimal,
    tell_foreign,
    tell_moment,
    tell_number,
    tell_on_clock,
    tell_percent,
    tell_values,
)
from server.code_names import name_of
from server.constant_words import ConstantWords
from server.kept_fragments import keep_fragments
from server.naming import hue, initials

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
MANIFEST = FRONTEND / "dist" / "manifest.json"


@lru_cache
def _manifest(built_at: float) -> dict[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text())
    return names


def _built_at() -> float:
    """When the front end was built; looked up again on each page by those who work on it alone."""
    return MANIFEST.stat().st_mtime if sys.flags.dev_mode else 0.0


def asset(name: str) -> str:
    """The address of a built file, with its hash in the name so that browsers may keep it for ever."""
    return f"/static/{_manifest(_built_at())[name]}"


@lru_cache
def templates(language: str = SOURCE) -> Environment:
    """The environment of a language: escaping on, a missing name is an error, sentences made by `say` told wherever they are put out."""
    environment = _Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=sys.flags.dev_mode,  # else every template of every page is looked up on the disk again
        extensions=["jinja2.ext.i18n", ConstantWords],
        finalize=partial(_tell_said, language),
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension brings it
    environment.constant_words = lambda msgid: catalogue_of(language).find(msgid) % {}
    gettext, ngettext = _gettext(catalogue_of(language)), _ngettext(catalogue_of(language))
    # Each import inside a template compares all globals; the seven that Jinja brings cost a tenth of a page.
    environment.globals = {
        "asset": asset,
        "namespace": Namespace,
        "_": gettext,
        "gettext": gettext,
        "ngettext": ngettext,
    }
    environment.filters.update(_filters(language))
    keep_fragments(environment, language)
    return environment


class _Environment(Environment):
    """All templates have the same globals: one mapping, which each import then compares in a blink."""

    constant_words: Callable[[str], str]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def _filters(language: str) -> dict[str, Callable[..., str]]:
    def decimal(number: float, places: int = 2) -> str:
        return tell_decimal(number, places, language)

    return {
        "named": lambda code: tell(name_of(str(code)), language),
        "told": lambda text: tell(text, language),
        "ago": lambda moment: tell_ago(moment, language),
        "ahead": lambda moment: tell_ahead(moment, language),
        "day": lambda moment: tell_day(moment, language),
        "on_clock": lambda moment: tell_on_clock(moment, language),
        "moment": lambda moment: tell_moment(moment, language),
        "number": lambda number: tell_number(number, language),
        "decimal": decimal,
        "percent": lambda share: tell_percent(share, language),
        "foreign": lambda code: tell_foreign(code, language),
        "direction": direction_of,
        "iso": iso,
        "hue": hue,
        "initials": initials,
    }


def iso(moment: datetime | date) -> str:
    """For `<time datetime>`."""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def _tell_said(language: str, value: object) -> object:
    return tell(value, language) if isinstance(value, Said) else value


def _gettext(catalogue: Catalogue) -> Callable[..., Markup]:
    """`_`: the message is ours and may hold markup, the values are escaped."""

    @cache
    def whole(msgid: str) -> Markup:
        return Markup(catalogue.find(msgid) % {})  # noqa: S704  # a message of ours

    def gettext(msgid: str, /, **values: Any) -> Markup:
        if not values:
            return whole(msgid)
        return Markup(catalogue.find(msgid)) % tell_values(values, catalogue.code)  # noqa: S704

    return gettext


def _ngettext(catalogue: Catalogue) -> Callable[..., Markup]:
    def ngettext(msgid: str, plural: str, n: int, /, **values: Any) -> Markup:
        form = catalogue.find_many(msgid, plural, n)
        return Markup(form) % tell_values({"num": n, **values}, catalogue.code)  # noqa: S704

    return ngettext
