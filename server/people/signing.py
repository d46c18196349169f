"""Signing up, in and out."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, NotFound, TooLarge, TooMany
from kb.core.policy import Role
from kb.core.saying import say
from kb.drafts.keeping import keep_draft
from kb.drafts.places import place_path
from kb.people.adding import ADDRESS_TAKEN
from kb.people.sessions import LIFETIME, close_session, open_session
from kb.people.signing_in import sign_in
from kb.people.signing_up import sign_up
from server.drafts.fields import read_text, read_version
from server.errors import STATUS
from server.pages import flash, render
from server.people.forms import SignInForm, SignUpForm, local_path, read_sign_in, read_sign_up
from server.people.pages import SignInPage, SignUpPage
from server.security.guards import PUBLIC
from server.security.identifying import SESSION_COOKIE
from server.security.visitors import network_of
from server.wiring import Services

Asked = Request[Any, Any, Any]


@get("/sign-in", opt=PUBLIC)
async def show_sign_in(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """The form; who is signed in already is led on."""
    way = local_path(request.query_params.get("next", "/"))
    if actor.is_signed_in:
        return Redirect(way, status_code=303)
    return _sign_in_form(request, services, SignInForm(next=way), {})


@post("/sign-in", opt=PUBLIC)
async def create_session(request: Asked, services: Services) -> Response[Any]:
    """Sign in; a refusal shows the form again with the address typed."""
    form = await read_sign_in(request)
    try:
        person_id = await sign_in(form.email, form.password, address=network_of(request))
    except (Invalid, TooMany) as refusal:
        headers = retry_after(refusal)
        errors = refusal.fields or {"": refusal.message}
        return _sign_in_form(request, services, form, errors, status=STATUS[type(refusal)], headers=headers)
    form_path = await _keep_typed(person_id, form)
    response = await open_door(request, services, person_id, form_path or form.next)
    return flash(response, "info", say("Your text is back. Send it again.")) if form_path else response


async def _keep_typed(person_id: UUID | None, form: SignInForm) -> str:
    """Store what was typed when the session was over as this person's draft; returns where it is written on, "" if nowhere.

    What cannot be kept (no such place, far too long) keeps nobody out; the browser still has its own copy.
    """
    place = form.kept.get("draft_place", "")
    if not person_id or not place:
        return ""
    writer = Actor(role=Role.MEMBER, person_id=person_id)
    try:
        with suppress(Conflict):
            await keep_draft(writer, place, read_text(form.kept), based_on=read_version(form.kept))
            return place_path(place)
        await keep_draft(writer, place, read_text(form.kept))
    except (Invalid, NotFound, TooLarge):
        return ""
    return place_path(place)


FELL_IN = say("A field that people do not see was filled in, perhaps by your browser. Send the form once more.")


@get("/sign-up", opt=PUBLIC)
async def show_sign_up(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """The form, or the word that admins make the accounts here."""
    way = local_path(request.query_params.get("next", "/"))
    if actor.is_signed_in:
        return Redirect(way, status_code=303)
    return _sign_up_form(request, services, SignUpForm(next=way), {})


@post("/sign-up", opt=PUBLIC)
async def create_member(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Sign up, and in at once; a refusal shows the form again with everything typed but the password."""
    form = await read_sign_up(request)
    try:
        if form.fell_in:
            raise Invalid(FELL_IN)
        member = await sign_up(actor, form.details(), is_open=_is_open(services), address=network_of(request))
    except (Invalid, TooMany) as refusal:
        headers = retry_after(refusal)
        errors = refusal.fields or {"": refusal.message}
        return _sign_up_form(request, services, form, errors, status=STATUS[type(refusal)], headers=headers)
    response = await open_door(request, services, member.person_id, form.next)
    return flash(response, "good", say("Welcome, {name}. You can ask, answer and follow now.", name=member.name))


@post("/sign-out", opt=PUBLIC)
async def end_session(request: Asked) -> Response[Any]:
    """End the session here; signing out twice is fine."""
    await close_session(request.cookies.get(SESSION_COOKIE, ""))
    response: Response[Any] = Redirect("/", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return flash(response, "info", say("You are signed out."))


async def open_door(request: Asked, services: Services, person_id: UUID | None, way: str) -> Response[Any]:
    """A fresh session whatever cookie came along: one planted before signing in must not become somebody's."""
    if person_id is None:
        raise Invalid(say("Nobody was signed in."))
    await close_session(request.cookies.get(SESSION_COOKIE, ""))
    token = await open_session(person_id, user_agent=request.headers.get("user-agent", ""))
    response: Response[Any] = Redirect(way, status_code=303)
    response.set_cookie(
        key=SESSION_COOKIE,
        value=token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=services.settings.is_secure,
        samesite="lax",
    )
    return response


def _sign_in_form(
    request: Asked,
    services: Services,
    form: SignInForm,
    errors: Mapping[str, str],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    page = SignInPage(say("Sign in"), form, _is_open(services), errors)
    return render(request, "people/sign_in.html", page, status=status, headers=headers)


def _sign_up_form(
    request: Asked,
    services: Services,
    form: SignUpForm,
    errors: Mapping[str, str],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    is_taken = errors.get("email") == ADDRESS_TAKEN
    page = SignUpPage(say("Sign up"), form, _is_open(services), errors, address_is_taken=is_taken)
    return render(request, "people/sign_up.html", page, status=status, headers=headers)


def _is_open(services: Services) -> bool:
    return services.settings["SIGN_UP"] == "open"


def retry_after(refusal: Invalid | TooMany) -> dict[str, str]:
    """The header that says when to come back, where that would help."""
    return {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
