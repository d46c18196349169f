"""Topics and tickets become questions; questions find their clusters."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.clusters.extracting import (
    extract_from_feedback,
    extract_from_searches,
    extract_from_ticket_messages,
    extract_from_topics,
)
from kb.clusters.joining import join_questions
from kb.clusters.messages import ClustersRefreshed, QuestionClustered, QuestionsExtracted, ReaderUnhelped, SearchFailed
from kb.clusters.model_naming import name_clusters_by_model
from kb.clusters.readers import follow_readers
from kb.clusters.refreshing import is_refresh_due, refresh_clusters
from kb.clusters.renaming import name_clusters_again, was_placed_by_person
from kb.clusters.searched import forget_old_searches
from kb.clusters.sweeping import sweep_unconsidered, sweep_unextracted
from kb.forum.messages import (
    PostEdited,
    SpaceReadersChanged,
    TopicAsked,
    TopicHidden,
    TopicListed,
    TopicMoved,
    TopicRestored,
    TopicUnlisted,
)
from kb.imports.catching_up import WAITS_TO_BE_READ
from kb.imports.messages import TicketsImported, TopicsImported
from kb.tickets.messages import CustomerWrote, MessagesMoved, TicketOpened


async def extract_topic_questions(
    tools: Tools, heard: TopicAsked | TopicHidden | TopicRestored | TopicUnlisted | TopicListed | PostEdited
) -> None:
    """The topic's question, as it reads now; none where it is hidden or unlisted."""
    await extract_from_topics([heard.topic_id])


async def extract_ticket_questions(tools: Tools, heard: TicketOpened | CustomerWrote) -> None:
    """The problems of one customer's message."""
    await extract_from_ticket_messages([heard.message_id])


async def extract_moved_questions(tools: Tools, heard: MessagesMoved) -> None:
    """The problems of messages that are in another ticket now."""
    await extract_from_ticket_messages(heard.message_ids)


async def extract_search_question(tools: Tools, heard: SearchFailed) -> None:
    """What was searched in vain."""
    await extract_from_searches([heard.search_id])


async def extract_feedback_question(tools: Tools, heard: ReaderUnhelped) -> None:
    """What a reader was trying to do."""
    await extract_from_feedback([heard.unhelped_id])


async def extract_imported_topics(tools: Tools, heard: TopicsImported) -> None:
    """The questions of a batch."""
    await extract_from_topics(heard.topic_ids)


async def extract_imported_tickets(tools: Tools, heard: TicketsImported) -> None:
    """The questions of a batch."""
    await extract_from_ticket_messages(heard.customer_messages)


async def name_clusters_of_topic(
    tools: Tools, heard: TopicHidden | TopicRestored | TopicUnlisted | TopicListed | PostEdited
) -> None:
    """What a topic's words named is named without them, or as they read now."""
    await name_clusters_again(label_people=tools.settings.label_people)


async def name_corrected_clusters(tools: Tools, heard: QuestionClustered) -> None:
    """After a person's correction at once; what the online step and refreshes move is left to the sweep, in one go."""
    if await was_placed_by_person(heard.question_id):
        await name_clusters_again(label_people=tools.settings.label_people)


async def relabel_questions(tools: Tools, heard: SpaceReadersChanged | TopicMoved) -> None:
    """Questions follow the readers of their space, and no name rests on what its readers may not read."""
    await follow_readers(heard.space_id)
    await name_clusters_again(label_people=tools.settings.label_people)


async def join_extracted_questions(tools: Tools, heard: QuestionsExtracted) -> None:
    """Vectors, then a place for each."""
    await join_questions(heard.question_ids, tools.embedder)


async def name_by_model(tools: Tools, heard: ClustersRefreshed) -> None:
    """A language model, where one is set, names the largest clusters that words alone have named."""
    if tools.language_model:
        await name_clusters_by_model(tools.language_model, label_people=tools.settings.label_people)


HANDLERS: Handlers = {
    TopicAsked: (extract_topic_questions,),
    TopicHidden: (extract_topic_questions, name_clusters_of_topic),
    TopicRestored: (extract_topic_questions, name_clusters_of_topic),
    TopicUnlisted: (extract_topic_questions, name_clusters_of_topic),
    TopicListed: (extract_topic_questions, name_clusters_of_topic),
    TopicMoved: (relabel_questions,),
    SpaceReadersChanged: (relabel_questions,),
    PostEdited: (extract_topic_questions, name_clusters_of_topic),
    TicketOpened: (extract_ticket_questions,),
    CustomerWrote: (extract_ticket_questions,),
    MessagesMoved: (extract_moved_questions,),
    TopicsImported: (extract_imported_topics,),
    TicketsImported: (extract_imported_tickets,),
    SearchFailed: (extract_search_question,),
    ReaderUnhelped: (extract_feedback_question,),
    QuestionsExtracted: (join_extracted_questions,),
    QuestionClustered: (name_corrected_clusters,),
    ClustersRefreshed: (name_by_model,),
}


async def refresh_clusters_if_due(tools: Tools) -> None:
    """Group all questions afresh once enough new ones have come."""
    if await is_refresh_due():
        await refresh_clusters(
            proposes_above=int(tools.settings["REFRESH_PROPOSES_ABOVE"]), label_people=tools.settings.label_people
        )


async def sweep_labels(tools: Tools) -> None:
    """Name what is new, has grown or may no longer be called what it is called; then ask the language model, where one is set."""
    await name_clusters_again(label_people=tools.settings.label_people)
    if tools.language_model:
        await name_clusters_by_model(tools.language_model, label_people=tools.settings.label_people)


async def sweep_readers(tools: Tools) -> None:
    """Find questions that did not follow the readers of their space."""
    await follow_readers()


async def sweep_questions(tools: Tools) -> None:
    """Find what the messages above missed; forget what strangers searched and nobody else did."""
    await sweep_unextracted(besides=WAITS_TO_BE_READ)
    await sweep_unconsidered(tools.embedder)
    await forget_old_searches()
