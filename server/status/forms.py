"""What staff type about an incident, read without judging it: kb's rules judge."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.status.reporting import Said


@dataclass(frozen=True, slots=True)
class IncidentForm:
    """The fields of a new incident, and, without title and product, of an update."""

    title: str = ""
    state: str = "investigating"
    impact: str = "minor"
    body: str = ""
    app: str = ""

    @property
    def said(self) -> Said:
        """What kb is asked to say."""
        return Said(self.state, self.impact, self.body)

    @property
    def app_id(self) -> UUID | None:
        """The product chosen; None for all. Raises `Invalid`."""
        try:
            return UUID(self.app) if self.app else None
        except ValueError:
            raise Invalid(say("There is no such product."), {"app_id": say("Choose one of the list.")}) from None


async def read_incident_form(request: Request[Any, Any, Any]) -> IncidentForm:
    """The form as sent."""
    sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return IncidentForm(**{name: sent[name] for name in ("title", "state", "impact", "body", "app") if name in sent})
