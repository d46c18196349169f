"""What the signals room does when something happened elsewhere, or in itself."""

from datetime import timedelta

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.clusters.messages import ClustersCorrected, ClustersRefreshed, QuestionClustered
from kb.forum.messages import MeTooSaid
from kb.people.messages import PersonIdentified
from kb.signals.claiming import believe_signature, claim_earlier_pain
from kb.signals.detecting import detect_signals, detect_waiting
from kb.signals.linking import follow_clusters, link_signal, note_question, note_topic, relink_clusters, relink_recent
from kb.signals.messages import EventsArrived, SignalFound, VisitorsLinked

UNSEEN_AFTER = timedelta(seconds=15)
"""Twice what a busy queue needs to bring a message round."""


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


async def note_asked_question(tools: Tools, message: QuestionClustered) -> None:
    """Asking is pain too: the asker's episode begins or goes on, reported."""
    await note_question(message.question_id)


async def note_me_too(tools: Tools, message: MeTooSaid) -> None:
    """Saying that one has the problem too reports it."""
    await note_topic(message.topic_id)


async def follow_refreshed_clusters(tools: Tools, message: ClustersRefreshed) -> None:
    """Links and episodes go where their clusters and questions went."""
    await follow_clusters()


async def relink_corrected_clusters(tools: Tools, message: ClustersCorrected) -> None:
    """Which pain is which cluster's is weighed again where people changed clusters."""
    await follow_clusters()
    await relink_clusters(message.cluster_ids)


async def sweep_events(tools: Tools) -> None:
    """Look at events that no detector has looked at because a message was lost."""
    while await detect_waiting(older_than=UNSEEN_AFTER):
        pass


async def relink_friction(tools: Tools) -> None:
    """Weigh the links of friction points where pain came in the last day."""
    await relink_recent()


HANDLERS: Handlers = {
    EventsArrived: (look_at_events,),
    SignalFound: (link_signal_to_clusters,),
    VisitorsLinked: (claim_pain_of_visitors,),
    PersonIdentified: (believe_signed_person,),
    QuestionClustered: (note_asked_question,),
    MeTooSaid: (note_me_too,),
    ClustersRefreshed: (follow_refreshed_clusters,),
    ClustersCorrected: (relink_corrected_clusters,),
}
