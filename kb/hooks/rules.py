"""Pure decisions about webhooks: which addresses, how long to wait, when to give up; each figure with its reason."""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from kb.core.actor import ANONYMOUS
from kb.core.errors import Invalid
from kb.core.policy import Role, readable_visibilities
from kb.core.saying import Said, say

PUBLIC, STAFF = "public", "staff"
AUDIENCES: Mapping[str, list[str]] = {
    PUBLIC: ANONYMOUS.visibilities,
    STAFF: list(readable_visibilities(Role.ADMIN)),
}
"""Whose eyes a webhook stands for, and the visibilities these may read. A group's own space is told to none."""

WAITING, SENT, FAILED, WITHHELD = "waiting", "sent", "failed", "withheld"
STATES = (WAITING, SENT, FAILED, WITHHELD)
"""Withheld: when it was to be told, it was no longer so, or no longer to be read by those whose eyes the webhook stands for."""

ASKED, FAILING, GONE = "asked", "failing", "gone"
"""Why a webhook is paused: an admin wanted it, it failed for days, it answered 410."""

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Between attempts: the schedule the Standard Webhooks specification gives as its example, ten attempts in a little over three days."""

SWITCHED_OFF_AFTER = timedelta(days=3)
"""Of failures alone. Longer than a weekend nobody looks at, shorter than the last wait of a single delivery."""

LEASE = timedelta(seconds=60)
"""How long an attempt is in one worker's hands; four times what a request may take."""

UNDER_WAY_MOST = 2
"""Requests of one webhook at a time: a worker does eight things at once, and others have a right to it."""

SWEEP_AFTER = timedelta(seconds=30)
"""A younger delivery is still in the hands of the job that its own announcement started."""

NEWS_FOR = timedelta(days=1)
"""What was held back for longer is told to nobody: a receiver that acts on news would act on old ones."""

SECRETS_OVERLAP = timedelta(hours=24)
"""How long a former secret signs beside the new one."""

KEPT = timedelta(days=30)
"""How long the log remembers a delivery that came to an end."""

WEBHOOKS_MOST = 50
NAME_MAX, URL_MAX = 80, 1000
TEXT_MAX = 8_000
"""Characters of a post that are told; the specification advises bodies under 20 kB."""

RESPONSE_KEPT = 1_000
"""Characters of an answer kept in the log: enough for the error of a framework."""

DELIVERIES_PAGE = 50


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """What an admin says of a webhook. `audience` is public or staff."""

    name: str
    url: str
    kinds: tuple[str, ...]
    audience: str = PUBLIC


def clean_draft(draft: WebhookDraft) -> WebhookDraft:
    """Without spaces around and control characters inside; each kind once, in the order given."""
    name = " ".join("".join(c if c.isprintable() else " " for c in draft.name).split())
    return WebhookDraft(name, draft.url.strip(), tuple(dict.fromkeys(draft.kinds)), draft.audience.strip())


def check_draft(draft: WebhookDraft, *, kinds: Mapping[str, bool], inside: Collection[str]) -> None:
    """Raise `Invalid` naming each field that cannot be. `kinds` says of each whether it is for staff's eyes alone."""
    wrong: dict[str, str] = {}
    if not draft.name or len(draft.name) > NAME_MAX:
        wrong["name"] = say("Say in 1 to {most} characters who is told.", most=NAME_MAX)
    if said := refusal_of_address(draft.url, inside):
        wrong["url"] = said
    if draft.audience not in AUDIENCES:
        wrong["audience"] = say("Choose whose eyes it stands for: everybody's or staff's.")
    if said := _refusal_of_kinds(draft, kinds):
        wrong["kinds"] = said
    if wrong:
        raise Invalid(say("The webhook cannot be kept like this."), wrong)


def _refusal_of_kinds(draft: WebhookDraft, kinds: Mapping[str, bool]) -> Said | None:
    if not draft.kinds:
        return say("Choose at least one kind of event.")
    unknown = [kind for kind in draft.kinds if kind not in kinds]
    if unknown:
        return say("There is no event called {name}.", name=unknown[0][:40])
    if draft.audience != STAFF and (private := next((kind for kind in draft.kinds if kinds[kind]), "")):
        return say(
            "Only staff read of {name}. Let the webhook be told what staff may read, or leave it out.", name=private
        )
    return None


def refusal_of_address(url: str, inside: Collection[str]) -> Said | None:
    """Why nothing can be sent there, as far as the text says it. Names are looked up, and judged, at each sending."""
    how = say("An https address on the public network, such as https://example.com/hooks.")
    try:
        target = urlsplit(url)
        host, _ = target.hostname or "", target.port
    except ValueError:
        return how
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > URL_MAX or target.fragment:
        return how
    if target.username is not None or target.password is not None:
        return say("Leave name and password out of the address: the signature proves who is speaking.")
    if host in inside and target.scheme in ("http", "https"):
        return None
    return None if target.scheme == "https" and _is_public(host) else how


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.rstrip(".").endswith((".local", ".internal", ".localhost"))


def next_attempt(attempts: int, *, at: datetime, retry_after: int = 0) -> datetime | None:
    """When to try again after so many attempts; None: no more. What the receiver asks for counts where it is longer."""
    if attempts > len(WAITS):
        return None
    return at + max(WAITS[attempts - 1], timedelta(seconds=retry_after))


def is_given_up(failing_since: datetime | None, *, at: datetime) -> bool:
    """Whether a webhook has failed for so long that it is switched off."""
    return failing_since is not None and at - failing_since >= SWITCHED_OFF_AFTER


def secrets_in_force(secret: str, former: str | None, former_until: datetime | None, *, at: datetime) -> Sequence[str]:
    """The newest first; the former one only for as long as both hold."""
    return (secret, former) if former and former_until and at < former_until else (secret,)
