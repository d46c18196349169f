"""Accepted posts and agents' replies become answers, and follow their questions."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers import collecting
from kb.answers.asking_again import record_asking_again, sweep_askings_again
from kb.answers.collecting_macros import collect_answer_of_macro
from kb.answers.following import follow_all_questions, follow_question
from kb.answers.macro_proposals import propose_macros
from kb.answers.noting_sent import note_posted_answers, note_sent_answers, sweep_insertions
from kb.answers.publishing_on_time import carry_out_due
from kb.answers.recognising import recognise_copies
from kb.answers.reusing import record_reopening
from kb.answers.sweeping import sweep_uncollected_answers, sweep_uncollected_macros
from kb.clusters.messages import ClustersCorrected, ClustersRefreshed, QuestionClustered
from kb.forum.messages import (
    PostAccepted,
    PostEdited,
    PostUnaccepted,
    PostWritten,
    SpaceReadersChanged,
    TopicHidden,
    TopicListed,
    TopicMoved,
    TopicRestored,
    TopicUnlisted,
)
from kb.imports.messages import AnswersImported, TicketsImported
from kb.macros.messages import MacroChanged
from kb.tickets.messages import AgentReplied, MessagesMoved, TicketReopened


async def collect_accepted_post(tools: Tools, heard: PostAccepted | PostUnaccepted) -> None:
    """An answer, or one no more."""
    await collecting.collect_answer_of_post(heard.post_id)


async def collect_topic_again(
    tools: Tools, heard: PostEdited | TopicHidden | TopicRestored | TopicUnlisted | TopicListed | TopicMoved
) -> None:
    """The topic's answer as it may be read now."""
    await collecting.collect_answers_of_topic(heard.topic_id)


async def collect_answers_of_space(tools: Tools, heard: SpaceReadersChanged) -> None:
    """Answers follow the readers of their space; the sweep knows which are behind."""
    await sweep_uncollected_answers()


async def collect_agents_reply(tools: Tools, heard: AgentReplied) -> None:
    """A private answer."""
    await collecting.collect_answer_of_message(heard.message_id)


async def collect_imported_posts(tools: Tools, heard: AnswersImported) -> None:
    """The accepted answers of a batch."""
    await collecting.collect_answers_of_posts(heard.post_ids)


async def collect_imported_replies(tools: Tools, heard: TicketsImported) -> None:
    """The agents' replies of a batch."""
    await collecting.collect_answers_of_messages(heard.agent_messages)


async def collect_moved_replies(tools: Tools, heard: MessagesMoved) -> None:
    """Replies are answers of the ticket they stand in now; what customers wrote is passed over."""
    await collecting.collect_answers_of_messages(heard.message_ids)


async def note_sent_reply(tools: Tools, heard: AgentReplied) -> None:
    """How much of the answers inserted into it went out."""
    await note_sent_answers(heard.message_id)


async def note_posted_reply(tools: Tools, heard: PostWritten) -> None:
    """The same of a reply to a topic."""
    await note_posted_answers(heard.post_id)


async def collect_macro(tools: Tools, heard: MacroChanged) -> None:
    """An answer for agents, as it says now."""
    await collect_answer_of_macro(heard.macro_id)


async def note_reopening(tools: Tools, heard: TicketReopened) -> None:
    """What was answered there did not last."""
    await record_reopening(heard.ticket_id)


async def answers_follow_question(tools: Tools, heard: QuestionClustered) -> None:
    """The answers of the question's topic or ticket join its cluster."""
    await follow_question(heard.question_id)


async def note_asking_again(tools: Tools, heard: QuestionClustered) -> None:
    """Answers its asker had met within the week did not last."""
    await record_asking_again(heard.question_id)


async def answers_follow_refresh(tools: Tools, heard: ClustersRefreshed | ClustersCorrected) -> None:
    """A refresh may move and merge many at once."""
    await follow_all_questions()


async def carry_out_planned_articles(tools: Tools) -> int:
    """What was approved for a time that has come."""
    return await carry_out_due(least_people=tools.settings.label_people)


async def sweep_answers(tools: Tools) -> None:
    """Find what the messages above missed."""
    await sweep_uncollected_answers()
    await sweep_uncollected_macros()
    await sweep_insertions()
    await sweep_askings_again()


async def recognise_repeated_replies(tools: Tools) -> int:
    """Copies of one reply are one answer; what is written often is proposed as a macro."""
    return await recognise_copies() + await propose_macros()


async def sweep_answers_clusters(tools: Tools) -> None:
    """Find answers that stand elsewhere than their questions."""
    await follow_all_questions()


HANDLERS: Handlers = {
    SpaceReadersChanged: (collect_answers_of_space,),
    PostAccepted: (collect_accepted_post,),
    PostUnaccepted: (collect_accepted_post,),
    PostEdited: (collect_topic_again,),
    TopicHidden: (collect_topic_again,),
    TopicUnlisted: (collect_topic_again,),
    TopicListed: (collect_topic_again,),
    TopicMoved: (collect_topic_again,),
    TopicRestored: (collect_topic_again,),
    PostWritten: (note_posted_reply,),
    AgentReplied: (collect_agents_reply, note_sent_reply),
    MessagesMoved: (collect_moved_replies,),
    MacroChanged: (collect_macro,),
    AnswersImported: (collect_imported_posts,),
    TicketsImported: (collect_imported_replies,),
    TicketReopened: (note_reopening,),
    QuestionClustered: (answers_follow_question, note_asking_again),
    ClustersRefreshed: (answers_follow_refresh,),
    ClustersCorrected: (answers_follow_refresh,),
}
