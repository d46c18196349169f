"""Who looks at a customer's page: which product, who they are if a signed token says so, and what their browser is called."""

from dataclasses import dataclass

from kb.core.actor import ANONYMOUS, Actor
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.people.identifying import read_customer_token
from kb.people.products import ProductApp
from kb.signals.ingesting import access_product

MAX_DISTINCT_ID = 200
"""Characters; what the event wires keep of an id."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on a page of a product. `actor` is a customer only through a signed token; `visitor` stands for them in the ledger.

    `distinct_id` is what the page's analytics call this browser. Nothing vouches for it, so it opens nothing but pain that
    nobody has claimed.
    """

    app: ProductApp
    actor: Actor
    visitor: str
    distinct_id: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the product vouched for who this is."""
        return self.actor.is_signed_in


async def identify_caller(*, write_key: str, token: str, visitor: str, distinct_id: str = "") -> Caller:
    """Raises `Invalid` without a write key or for a token that is no good, `NotSignedIn` for a key nobody was given."""
    if not write_key.strip():
        raise Invalid(say("Say which product's page this is."), {"write_key": say("missing")})
    app = await access_product(write_key.strip()[:200])
    actor = await read_customer_token(token, app=app) if token else ANONYMOUS
    return Caller(app, actor, visitor, distinct_id.strip()[:MAX_DISTINCT_ID] or None)
