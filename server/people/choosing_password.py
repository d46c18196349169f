"""Forgot your password? Asking for a link by mail, and the page behind it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post

from kb.core.errors import Invalid, NotFound, TooMany
from kb.core.saying import say
from kb.people.choosing_password import PasswordLink, ask_for_password_link, find_password_link, set_password
from server.errors import STATUS
from server.languages.negotiating import language_of
from server.pages import flash, render
from server.people.forms import NewPasswordForm, read_new_password, read_text
from server.people.pages import ForgotPasswordPage, LinkAskedPage, NewPasswordPage
from server.people.signing import open_door, retry_after
from server.security.guards import PUBLIC
from server.security.visitors import network_of
from server.wiring import Services

Asked = Request[Any, Any, Any]

UNTOLD = {"Referrer-Policy": "no-referrer"}
"""The address is a secret: it does not even go to our own server with the page's styles, where a proxy might note it."""


@get("/forgot-password", opt=PUBLIC)
async def show_forgot_password(request: Asked) -> Response[Any]:
    """The form, for whoever is signed in, too: they may want another password."""
    return _ask(request)


@post("/forgot-password", opt=PUBLIC)
async def ask_for_link(request: Asked) -> Response[Any]:
    """The same answer whoever has an account; a refusal shows the form again with the address typed."""
    email = (await read_text(request)).get("email", "")
    try:
        await ask_for_password_link(email, language=language_of(request), network=network_of(request))
    except (Invalid, TooMany) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return _ask(request, email, errors, status=STATUS[type(refusal)], headers=retry_after(refusal))
    page = LinkAskedPage(say("Check your mailbox"), email.strip(), robots="noindex")
    return render(request, "people/link_asked.html", page)


@get("/password/{token:str}", opt=PUBLIC)
async def show_new_password(request: Asked, services: Services, token: str) -> Response[Any]:
    """Looking changes nothing: mail servers open links too."""
    try:
        link = await find_password_link(services.settings["SECRET_KEY"], token)
    except NotFound:
        return _spent(request)
    return _choose(request, token, link, NewPasswordForm(name=link.holder.name))


@post("/password/{token:str}", opt=PUBLIC)
async def save_new_password(request: Asked, services: Services, token: str) -> Response[Any]:
    """Set it and sign in; a refusal shows the form again with everything typed but the password."""
    form, secret = await read_new_password(request), services.settings["SECRET_KEY"]
    try:
        link = await find_password_link(secret, token)
        try:
            member = await set_password(secret, token, form.chosen())
        except Invalid as refusal:
            return _choose(request, token, link, form, refusal.fields)
    except NotFound:
        return _spent(request)
    if link.is_member:
        response = await open_door(request, services, member.person_id, "/")
        return flash(response, "good", say("Your new password is set, and you are signed in."))
    response = await open_door(request, services, member.person_id, "/tickets")
    return flash(response, "good", say("Welcome, {name}. What you have written to us is here.", name=member.name))


def _ask(
    request: Asked,
    email: str = "",
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    page = ForgotPasswordPage(say("Forgot your password?"), email, errors=errors or {}, robots="noindex")
    return render(request, "people/forgot_password.html", page, status=status, headers=headers)


def _spent(request: Asked) -> Response[Any]:
    page = ForgotPasswordPage(say("This link works no more"), is_spent=True, robots="noindex")
    return render(request, "people/forgot_password.html", page, status=STATUS[NotFound], headers=UNTOLD)


def _choose(
    request: Asked, token: str, link: PasswordLink, form: NewPasswordForm, errors: Mapping[str, str] | None = None
) -> Response[Any]:
    title = say("Choose a new password") if link.is_member else say("Become a member")
    page = NewPasswordPage(title, token, link, form, errors or {}, robots="noindex")
    return render(request, "people/new_password.html", page, status=422 if errors else 200, headers=UNTOLD)
