"""What the signals room does when something happened elsewhere, or in itself."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.people.messages import PersonIdentified
from kb.signals.claiming import believe_signature, claim_earlier_pain
from kb.signals.detecting import detect_signals
from kb.signals.linking import link_signal
from kb.signals.messages import EventsArrived, SignalFound, VisitorsLinked


async def look_at_events(tools: Tools, message: EventsArrived) -> None:
    """Run the detectors over new events."""
    await detect_signals(message.event_ids)


async def link_signal_to_clusters(tools: Tools, message: SignalFound) -> None:
    """Say which questions the new pain belongs to."""
    await link_signal(message.signal_id)


async def claim_pain_of_visitors(tools: Tools, message: VisitorsLinked) -> None:
    """What was seen of an anonymous visitor belongs to the person they turned out to be."""
    await claim_earlier_pain(message.app_id, message.distinct_ids)


async def believe_signed_person(tools: Tools, message: PersonIdentified) -> None:
    """A token said who is behind a product's user id."""
    await believe_signature(message.app_id, message.distinct_id, message.person_id)


HANDLERS: Handlers = {
    EventsArrived: (look_at_events,),
    SignalFound: (link_signal_to_clusters,),
    VisitorsLinked: (claim_pain_of_visitors,),
    PersonIdentified: (believe_signed_person,),
}
