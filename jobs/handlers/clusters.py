"""Topics and tickets become questions; questions find their clusters."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.clusters.extracting import extract_from_ticket_messages, extract_from_topics
from kb.clusters.joining import join_questions
from kb.clusters.messages import QuestionsExtracted
from kb.clusters.refreshing import is_refresh_due, refresh_clusters
from kb.clusters.sweeping import sweep_unconsidered, sweep_unextracted
from kb.forum.messages import PostEdited, TopicAsked, TopicHidden, TopicRestored
from kb.imports.messages import TicketsImported, TopicsImported
from kb.tickets.messages import CustomerWrote, TicketOpened


async def extract_topic_questions(tools: Tools, heard: TopicAsked | TopicHidden | TopicRestored | PostEdited) -> None:
    """The topic's question, as it reads now; none where it is hidden."""
    await extract_from_topics([heard.topic_id])


async def extract_ticket_questions(tools: Tools, heard: TicketOpened | CustomerWrote) -> None:
    """The problems of one customer's message."""
    await extract_from_ticket_messages([heard.message_id])


async def extract_imported_topics(tools: Tools, heard: TopicsImported) -> None:
    """The questions of a batch."""
    await extract_from_topics(heard.topic_ids)


async def extract_imported_tickets(tools: Tools, heard: TicketsImported) -> None:
    """The questions of a batch."""
    await extract_from_ticket_messages(heard.customer_messages)


async def join_extracted_questions(tools: Tools, heard: QuestionsExtracted) -> None:
    """Vectors, then a place for each."""
    await join_questions(heard.question_ids, tools.embedder)


HANDLERS: Handlers = {
    TopicAsked: (extract_topic_questions,),
    TopicHidden: (extract_topic_questions,),
    TopicRestored: (extract_topic_questions,),
    PostEdited: (extract_topic_questions,),
    TicketOpened: (extract_ticket_questions,),
    CustomerWrote: (extract_ticket_questions,),
    TopicsImported: (extract_imported_topics,),
    TicketsImported: (extract_imported_tickets,),
    QuestionsExtracted: (join_extracted_questions,),
}


async def refresh_clusters_if_due(tools: Tools) -> None:
    """Group all questions afresh once enough new ones have come."""
    if await is_refresh_due():
        await refresh_clusters(proposes_above=int(tools.settings["REFRESH_PROPOSES_ABOVE"]))


async def sweep_questions(tools: Tools) -> None:
    """Find what the messages above missed."""
    await sweep_unextracted()
    await sweep_unconsidered(tools.embedder)
