"""What the pages of webhooks receive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kb.core.saying import Said, say
from kb.hooks.kinds import KINDS, TEST
from kb.hooks.queries import Deliveries, DeliveryView, WebhookView
from kb.hooks.rules import PUBLIC, STAFF, STATES
from server.pages import Page

AUDIENCE_CHOICES = (
    (PUBLIC, say("What everybody may read"), say("Nothing leaves that a stranger could not read here.")),
    (
        STAFF,
        say("What staff may read, too"),
        say(
            "Also members’ and staff’s spaces, tickets, issues and flags. Choose it only for a program you would let read all of that."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class WebhookForm:
    """The fields of a webhook, as typed so far."""

    name: str = ""
    url: str = ""
    kinds: tuple[str, ...] = ()
    audience: str = PUBLIC


@dataclass(frozen=True, slots=True)
class WebhooksPage(Page):
    """All webhooks, and those deleted lately, which can be had back."""

    webhooks: list[WebhookView]
    deleted: list[WebhookView]


@dataclass(frozen=True, slots=True)
class WebhookFormPage(Page):
    """The form of a new webhook or, with `edited`, of that one. `inside` are hosts of our own network that may be told."""

    form: WebhookForm
    edited: WebhookView | None = None
    inside: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds_of_all(self) -> list[tuple[str, Said]]:
        """(kind, meaning) of what everybody may read of."""
        return [(kind.name, kind.about) for kind in KINDS.values() if not kind.for_staff]

    @property
    def kinds_of_staff(self) -> list[tuple[str, Said]]:
        """(kind, meaning) of what only staff read of."""
        return [(kind.name, kind.about) for kind in KINDS.values() if kind.for_staff]

    @property
    def audiences(self) -> tuple[tuple[str, Said, Said], ...]:
        """(value, name, meaning)."""
        return AUDIENCE_CHOICES

    @property
    def action(self) -> str:
        """Where the form goes."""
        return f"/settings/webhooks/{self.edited.id}" if self.edited else "/settings/webhooks"


@dataclass(frozen=True, slots=True)
class WebhookPage(Page):
    """One webhook with a page of its log, narrowed by `state` and `event`. `secret` is shown this once, after making or rotating."""

    webhook: WebhookView
    log: Deliveries
    state: str = ""
    event: str = ""
    is_first: bool = True
    secret: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        """What the log can be narrowed to."""
        return STATES

    @property
    def kinds(self) -> list[str]:
        """The same for kinds: those it is told of, and the one in force, perhaps a former choice."""
        return list(dict.fromkeys([*self.webhook.kinds, TEST, *filter(None, [self.event])]))

    @property
    def path(self) -> str:
        """This page."""
        return f"/settings/webhooks/{self.webhook.id}"

    def href(self, **changed: str) -> str:
        """The log, narrowed otherwise; from its beginning."""
        wanted = {"state": self.state, "kind": self.event, **changed}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return self.path + (f"?{query}" if query else "")

    @property
    def older(self) -> str:
        """The next page of the log, "" at the end."""
        return self.href(cursor=self.log.next_cursor) if self.log.next_cursor else ""


@dataclass(frozen=True, slots=True)
class DeliveryPage(Page):
    """One delivery: what was sent, and every attempt."""

    webhook: WebhookView
    view: DeliveryView

    @property
    def path(self) -> str:
        """This page."""
        return f"/settings/webhooks/{self.webhook.id}/deliveries/{self.view.delivery.id}"

    @property
    def about(self) -> str:
        """What the kind means."""
        kind = self.view.delivery.kind
        return say("A test: nothing has happened.") if kind == TEST else KINDS[kind].about

    @property
    def body_spread(self) -> str:
        """The body on many lines, for reading; its bytes are what was signed."""
        return json.dumps(json.loads(self.view.body), indent=2, ensure_ascii=False) if self.view.body else ""
