"""Fernbook's "New invoice", as its customers see it: a product page with a fault in it, and the help widget beside it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.demo.telling_people import DEMO_SIGNING_SECRET, DEMO_WRITE_KEY, DemoCustomer, find_demo_customer
from kb.people.products import find_app_by_write_key
from server.pages import Page, render
from server.security.guards import PUBLIC

TOKEN_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ProductPage(Page):
    """`token` is what Fernbook's own server would sign; `page_url` is the address the page has in that product."""

    customer: DemoCustomer
    token: str
    write_key: str
    page_url: str


@get("/demo/product/invoices/new", opt=PUBLIC, include_in_schema=False)
async def show_new_invoice(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """There only while the demo community is loaded. Whoever is signed in as one of its customers is that customer here."""
    app = await find_app_by_write_key(DEMO_WRITE_KEY)
    customer = await find_demo_customer(actor.person_id) if app and app.signing_secret == DEMO_SIGNING_SECRET else None
    if app is None or customer is None:
        raise NotFound(say("The demo community is not loaded here."))
    claims = {"sub": customer.key, "name": customer.name, "email": customer.email, "exp": now() + TOKEN_LIFE}
    token = jwt.encode(claims, app.signing_secret, algorithm="HS256")
    page = ProductPage(
        "New invoice - Fernbook", customer, token, app.write_key, "https://app.fernbook.example/invoices/new"
    )
    return render(request, "demo/new_invoice.html", page)


DEMO_ROUTES: list[Any] = [show_new_invoice]
