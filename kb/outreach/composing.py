"""What is said: templates as data, filled in with values that can never become markup, and the mail around the text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.languages.offered import LANGUAGES, SOURCE
from kb.languages.telling import tell
from kb.text.markdown import render_markdown

MAX_VALUE = 120
"""Characters of one filled-in value: a place in a product or a title, not a text."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A template: subject and Markdown body with `$names` to fill in, and what its link says."""

    key: str
    subject: str
    body: str
    link_text: str


WORDINGS = (
    Wording(
        "stuck_with_help",
        say("Not responding? This may help"),
        say("It looks as if **$target** did not do what you expected. This may help: **$help** ($why)."),
        say("Show me how"),
    ),
    Wording(
        "stuck",
        say("Not responding? We noticed"),
        say(
            "It looks as if **$target** did not do what you expected. There is no answer to this yet, but the trouble is noted."
            " Tell us what you were about to do, and somebody who knows will answer."
        ),
        say("Ask about it"),
    ),
    Wording(
        "password_help",
        say("Trouble signing in to $product?"),
        say(
            "Hello $name,\n\nsigning in to **$product** with your account failed several times just now.\n\n"
            "If that was you, choose **Forgot password** on the sign-in page and you get a link to set a new one."
            " Check that caps lock is off and that you use this e-mail address.\n\n"
            "If it was not you, no harm is done: nobody got in. A new password keeps it that way."
        ),
        say("Go to sign-in"),
    ),
)
"""Every text a trigger may name. A fix that shipped brings its own words (telling.py)."""

_BY_KEY = {wording.key: wording for wording in WORDINGS}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it will be read, before it has a reader. `link` is a path below the base address or a whole address."""

    subject: str
    body_source: str
    body_html: str
    link: str | None
    link_text: str


def compose(key: str, values: Mapping[str, str], *, link: str | None, language: str = SOURCE) -> Draft:
    """Fill in the template, in a language. Raises `Invalid` for a template nobody wrote."""
    wording = _BY_KEY.get(key)
    if wording is None:
        raise Invalid(
            say("There is no template called {key}.", key=key),
            {"template": say("one of {known}", known=", ".join(_BY_KEY))},
        )
    told = {name: tell(value, language) for name, value in values.items()}
    lines = {name: _one_line(value) for name, value in told.items()}
    literals = {name: literal(value) for name, value in told.items()}
    subject = Template(tell(wording.subject, language)).substitute(lines)
    body = Template(tell(wording.body, language)).substitute(literals)
    return draft_text(subject=subject, body=body, link=link, link_text=tell(wording.link_text, language))


def draft_text(*, subject: str, body: str, link: str | None, link_text: str) -> Draft:
    """A message in words of its own; `body` is Markdown."""
    return Draft(_one_line(subject), body, render_markdown(body).html, link or None, link_text)


def literal(value: str) -> str:
    """The value as Markdown that shows exactly it: what stands in a product's page must not put links into our messages."""
    plain = _SCHEME.sub("", _one_line(value))
    return _SIGNS.sub(r"\\\1", plain)


def _one_line(value: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
    return line if len(line) <= MAX_VALUE else line[: MAX_VALUE - 1].rstrip() + "…"


_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def mail_text(draft: Draft, *, base_url: str, language: str = SOURCE) -> str:
    """The plain part of a mail: the text as written, its link on a line of its own, and why it came."""
    plain = _ESCAPED.sub(r"\1", draft.body_source.replace("**", ""))
    link = absolute(draft.link, base_url)
    return "\n\n".join(
        filter(
            None, [plain, f"{draft.link_text}: {link}" if link else "", f"-- \n{tell(WHY_YOU, language)} {base_url}"]
        )
    )


def mail_html(draft: Draft, *, base_url: str, language: str = SOURCE) -> str:
    """The HTML part of a mail: one column, system fonts, no pictures, nothing fetched from anywhere."""
    link = absolute(draft.link, base_url)
    button = (
        f'<p><a href="{escape(link)}" style="display:inline-block;padding:10px 16px;border-radius:6px;'
        f'background:#175e54;color:#ffffff;text-decoration:none">{escape(draft.link_text)}</a></p>'
        if link
        else ""
    )
    return _MAIL.substitute(
        subject=escape(draft.subject),
        body=draft.body_html,
        button=button,
        why=escape(tell(WHY_YOU, language)),
        home=escape(base_url),
        language=language,
        direction=LANGUAGES[language].direction,
    )


def absolute(link: str | None, base_url: str) -> str:
    """The whole address of a link; paths are below the base address. Empty for none."""
    if not link:
        return ""
    return f"{base_url.rstrip('/')}{link}" if link.startswith("/") else link


_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
WHY_YOU = say("You get this one message because you had this trouble.")
_MAIL = Template(
    '<!doctype html><html lang="$language" dir="$direction"><head><meta charset="utf-8"><title>$subject</title></head>'
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#1d2522">'
    '<div dir="$direction" style="max-width:560px;margin:0 auto">$body$button'
    '<p style="margin-top:32px;font-size:13px;color:#5c6a66">$why <a href="$home" style="color:#5c6a66">$home</a></p>'
    "</div></body></html>"
)
