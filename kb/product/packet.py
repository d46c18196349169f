"""The evidence an issue is filed with: whom it hurts, since when, where, in whose words (masked), and what answer stands."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.product.triage import find_pain_point
from kb.text.excerpts import excerpt
from kb.text.redaction import redact

QUOTES = 5
QUOTE_LENGTH = 280


@dataclass(frozen=True, slots=True)
class Packet:
    """Evidence as it stood when the issue was filed; kept with the issue, whatever becomes of the cluster."""

    title: str
    lane: str
    people: int
    silent: int
    accounts: int
    monthly_revenue: float
    recent: int
    previous: int
    questions: int
    signals: int
    releases: tuple[str, ...]
    places: tuple[str, ...]
    quotes: tuple[str, ...]
    masked: int
    """How many pieces of personal data were masked in the quotes."""

    def as_json(self) -> dict[str, Any]:
        """For the column it is kept in."""
        return asdict(self)


async def build_packet(actor: Actor, cluster_id: UUID) -> Packet:
    """Gather the evidence. Raises `NotFound` when the cluster hurts nobody that is known of."""
    point = await find_pain_point(actor, cluster_id)
    if point is None:
        raise NotFound(say("There is no pain point of this cluster yet."))
    quotes = [redact(text) for text in await _quotes(actor, cluster_id)]
    return Packet(
        title=redact(point.representative or point.label).text,
        lane=point.lane_name,
        people=point.person_count,
        silent=point.silent_count,
        accounts=point.account_count,
        monthly_revenue=point.monthly_revenue,
        recent=point.recent,
        previous=point.previous,
        questions=point.question_count,
        signals=point.signal_count,
        releases=await _releases(cluster_id),
        places=await _places(cluster_id),
        quotes=tuple(excerpt(quote.text, QUOTE_LENGTH) for quote in quotes),
        masked=sum(len(quote.found) for quote in quotes),
    )


async def _quotes(actor: Actor, cluster_id: UUID) -> list[str]:
    """The newest question of each of a few people, so that one loud voice does not speak for all."""
    rows = await fetch_all(
        f"select text from (select distinct on (q.person_id) q.text, q.asked_at from question q{SOURCES}"
        f"   where q.cluster_id = $2 and {READABLE_QUESTION} order by q.person_id, q.asked_at desc) q"
        " order by asked_at desc limit $3",
        actor.visibilities,
        cluster_id,
        QUOTES,
    )
    return [row["text"] for row in rows]


async def _releases(cluster_id: UUID) -> tuple[str, ...]:
    rows = await fetch_all(
        "select s.release, count(*) from signal s join episode e on e.id = s.episode_id"
        " where e.cluster_id = $1 and s.release is not null group by s.release order by count(*) desc limit 5",
        cluster_id,
    )
    return tuple(row["release"] for row in rows)


async def _places(cluster_id: UUID) -> tuple[str, ...]:
    rows = await fetch_all(
        "select f.label from friction_cluster l join friction_point f on f.id = l.friction_point_id"
        " where l.cluster_id = $1 order by l.weight desc, f.signal_count desc limit 5",
        cluster_id,
    )
    return tuple(row["label"] for row in rows)


def render_packet(packet: Packet, *, link: str) -> str:
    """The packet as Markdown, as a tracker shows it. `link` leads back to the cluster."""
    lines = [
        f"**{packet.people} people hurt** ({packet.silent} of them never reported it), in {packet.accounts} accounts"
        f" paying {packet.monthly_revenue:,.0f} a month.",
        f"Last 7 days: {packet.recent} people; the 7 days before: {packet.previous}.",
        f"{packet.questions} questions, {packet.signals} signals.",
        f"Lane: {packet.lane}.",
    ]
    if packet.releases:
        lines.append(f"Seen in releases: {', '.join(packet.releases)}.")
    if packet.places:
        lines += ["", "### Where it hurts", *[f"- {place}" for place in packet.places]]
    if packet.quotes:
        lines += ["", "### In their words", *[f"> {quote}\n" for quote in packet.quotes]]
    lines += ["", f"Evidence and people: {link}"]
    return "\n".join(lines)
