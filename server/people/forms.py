"""What people type into this room's forms, read without judging it: kb's rules judge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from litestar import Request

from kb.core.clock import now
from kb.core.policy import Role
from kb.people.choosing_password import Chosen
from kb.people.signing_up import SignUp
from server.drafts.fields import kept_fields
from server.security.proving import TRAP

_LOCAL_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f]*")


KEY_SPANS = ("30", "90", "365")
"""Days a key may be given; whoever chooses none of them means until it is revoked."""


@dataclass(frozen=True, slots=True)
class SignInForm:
    """The fields of the sign-in page. `next` is a path of this site and nothing else.

    `kept` is what was typed in a form when the session was over.
    """

    email: str = ""
    password: str = field(default="", repr=False)
    next: str = "/"
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """The fields of the sign-up page. `fell_in`: a field that people do not see was filled in."""

    name: str = ""
    username: str = ""
    email: str = ""
    password: str = field(default="", repr=False)
    next: str = "/"
    fell_in: bool = False

    def details(self) -> SignUp:
        """What kb is asked to write down."""
        return SignUp(self.name, self.username, self.email, self.password)


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """The fields of the page behind a link; members are asked for the password alone."""

    name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)

    def chosen(self) -> Chosen:
        """What kb is asked to write down."""
        return Chosen(self.password, self.name, self.username)


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The fields of a new API key; `span` is in days, "" until it is revoked."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    span: str = "90"

    def expires_at(self) -> datetime | None:
        """When it stops working by itself."""
        return now() + timedelta(days=int(self.span)) if self.span in KEY_SPANS else None


async def read_sign_in(request: Request[Any, Any, Any]) -> SignInForm:
    """The form as sent."""
    sent = await read_text(request)
    kept = kept_fields(sent)
    return SignInForm(sent.get("email", ""), sent.get("password", ""), local_path(sent.get("next", "")), kept)


async def read_sign_up(request: Request[Any, Any, Any]) -> SignUpForm:
    """The form as sent."""
    sent = await read_text(request)
    said = {name: sent.get(name, "") for name in ("name", "username", "email", "password")}
    return SignUpForm(**said, next=local_path(sent.get("next", "")), fell_in=bool(sent.get(TRAP)))


async def read_new_password(request: Request[Any, Any, Any]) -> NewPasswordForm:
    """The form as sent."""
    sent = await read_text(request)
    return NewPasswordForm(sent.get("name", ""), sent.get("username", ""), sent.get("password", ""))


async def read_key_form(request: Request[Any, Any, Any]) -> KeyForm:
    """The form as sent; each ticked scope is one field."""
    sent = await request.form()
    scopes = tuple(value for value in sent.getall("scopes", []) if isinstance(value, str))
    name, span = (value if isinstance(value := sent.get(key, ""), str) else "" for key in ("name", "span"))
    return KeyForm(name, scopes, span)


async def read_role(request: Request[Any, Any, Any]) -> str:
    """The role chosen."""
    return (await read_text(request)).get("role", "")


async def read_text(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields only: an upload where text belongs counts as missing."""
    sent = await request.form()
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def local_path(text: str) -> str:
    """The path if it leads to this site, else the front page: `//evil.example` and `/\\evil` lead elsewhere."""
    return text if _LOCAL_PATH.fullmatch(text) and len(text) < 2000 else "/"


def role_or_none(text: str) -> Role | None:
    """The role of that name."""
    return Role(text) if text in {role.value for role in Role} else None
