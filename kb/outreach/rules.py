"""When to speak and when to be silent. Pure; each refusal is a sentence that staff read beside the decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor

IN_APP = "in_app"
EMAIL = "email"

MAX_AGE_IN_APP = timedelta(minutes=10)
"""Help in the product is for the session in which it hurt; ten minutes later the person is elsewhere."""

MAX_AGE_EMAIL = timedelta(minutes=60)
"""A mail still makes sense within the hour. Late events (offline retries, back-fills) count and never speak (loop.md 4)."""

SENDING_LEASE = timedelta(minutes=2)
"""How long one attempt may take before another worker may try: four times the mail server's own timeout."""

LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
"""Mail that could not be handed over for so long is about a problem of last week."""

SPARE_THE_CHANNEL_AFTER = 3
"""Failures in a row after which a sweep leaves a channel alone until the next: it is down, not the messages wrong."""


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A trigger as it decides."""

    id: UUID
    key: str
    name: str
    detector: str | None
    channels: tuple[str, ...]
    template: str
    max_age: timedelta | None
    enabled: bool


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """A signal with everything a decision needs. `person` is None while nobody knows who it is.

    `place` is what staff call the friction point, `target` what the person saw written on what they clicked.
    """

    signal_id: UUID
    detector: str
    verified: bool
    occurred_at: datetime
    friction_point_id: UUID
    episode_id: UUID
    cluster_id: UUID | None
    place: str
    target: str | None
    page_url: str | None
    product: str
    person: Actor | None
    email: str | None
    suspended: bool

    @property
    def problem(self) -> str:
        """What the message would be about: the cluster the pain belongs to, else the very place where it hurts."""
        return problem_of(self.friction_point_id, self.cluster_id)


def problem_of(friction_point_id: UUID, cluster_id: UUID | None) -> str:
    """The name a claim is held under."""
    return f"cluster:{cluster_id}" if cluster_id else f"friction:{friction_point_id}"


def find_refusal(facts: SignalFacts, trigger: TriggerRule, *, moment: datetime) -> str | None:
    """Why this trigger stays silent about this signal; None when it may speak. The claim is asked after this."""
    if not trigger.enabled:
        return "The trigger is switched off."
    if facts.person is None:
        return "Nobody knows yet who this visitor is."
    if not facts.verified:
        return "Nobody vouched for who this is: an unsigned identity may raise a count, never cause a message."
    if facts.suspended:
        return "The person is suspended."
    return _too_late(facts, trigger, moment) or find_unreachable(trigger.channels, facts.email)


def _too_late(facts: SignalFacts, trigger: TriggerRule, moment: datetime) -> str | None:
    age = moment - facts.occurred_at
    if trigger.max_age is None or age <= trigger.max_age:
        return None
    return f"Too late: the signal is {in_words(age)} old, at most {in_words(trigger.max_age)} are allowed."


def find_unreachable(channels: tuple[str, ...], email: str | None) -> str | None:
    """Why none of the channels leads to the person."""
    return "The person has no e-mail address." if channels == (EMAIL,) and not email else None


def already_spoken(spoken_at: datetime) -> str:
    """The reason stored with the second message that was not sent."""
    return f"Already spoke to them about this problem on {spoken_at:%-d %B %Y at %H:%M} UTC."


def why_sent(facts: SignalFacts, moment: datetime) -> str:
    """The reason stored with a message that was sent."""
    return f"{facts.place}, {in_words(moment - facts.occurred_at)} ago; nobody had spoken to them about it."


def wait_after(attempts: int) -> timedelta:
    """How long a message waits after a failed attempt: 2, 4, 8 … seconds, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def in_words(span: timedelta) -> str:
    """A span as people say it, roughly."""
    seconds = max(0, round(span.total_seconds()))
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return _plural(seconds // size, name)
    return _plural(seconds, "second")


def _plural(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
