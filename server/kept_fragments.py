"""Parts of pages that many readers see alike, rendered once: a post, a row of a list.

A fragment's template receives one frozen value and nothing else: no reader, no request, no token. All of that value is the key,
so two people share a fragment exactly where they would have been shown the same, and there is nothing else it could show.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from kb.core.clock import now

KEPT = 5_000
"""Fragments, the least recently shown go first: some 20 MB at 4 kB each."""

MACRO_CALLS_KEPT = 2_000
"""For each macro: an icon has some two hundred forms, a button with a post's address in it as many as there are posts."""

TOKEN_PLACE = f"token-{secrets.token_hex(16)}"
"""Stands in templates where the reader's CSRF token goes; made anew by each process, so that nobody can write it into a post."""

CARRIERS = (
    f'<input type="hidden" name="_csrf_token" value="{TOKEN_PLACE}">',
    f'<meta name="csrf-token" content="{TOKEN_PLACE}">',
)
"""What carries the token in pages, letter by letter: `csrf` of shared/forms.html, and the head of layouts/base.html."""

_kept: OrderedDict[tuple[str, str, int, Any], Markup] = OrderedDict()


def keep_fragments(environment: Environment, language: str) -> None:
    """Give the environment's templates `fragment(template, page)`; `page` is frozen and hashable all through.

    A fragment says how long ago things were, so it holds for the minute it was made in.
    """

    def fragment(template: str, page: Any) -> Markup:
        key = (language, template, int(now().timestamp() // 60), page)
        if (found := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return found
        rendered = environment.get_template(template).render(page=page)
        html = Markup(rendered)  # noqa: S704 - the environment has escaped what is not HTML
        _kept[key] = html
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
        return html

    environment.globals["fragment"] = fragment
    environment.globals["kept"] = keep_macro
    environment.globals["csrf_token"] = TOKEN_PLACE


def keep_macro(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """A macro whose markup its arguments decide alone, rendered once for the same ones: an icon, a button, a toolbar.

    Text that is HTML already and text that looks like it are told apart. Arguments must be hashable.
    """
    return lru_cache(maxsize=MACRO_CALLS_KEPT, typed=True)(macro)


def put_token(html: str, token: str) -> str:
    """The page with its reader's own token in its forms and its head; without a token what would carry it goes, too."""
    if token:
        return html.replace(TOKEN_PLACE, token)
    for carrier in CARRIERS:
        html = html.replace(carrier, "")
    return html
