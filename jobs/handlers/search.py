"""What changed is written to the search index where that stands outside the database."""

import structlog

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.answers.messages import ArticleArchived, ArticlePublished
from kb.clusters.messages import QuestionsExtracted
from kb.core.errors import Unavailable
from kb.forum.messages import TopicHidden, TopicMoved, TopicUnlisted
from kb.search.indexing import index_documents, index_parents, reconcile

log = structlog.get_logger()


async def index_questions(tools: Tools, heard: QuestionsExtracted) -> None:
    """Asked, edited, restored or imported; comes after the handler that gives them vectors."""
    try:
        await index_documents(tools.index, heard.question_ids)
    except Unavailable as error:
        _leave_to_sweep(error)


async def index_topic(tools: Tools, heard: TopicHidden | TopicUnlisted | TopicMoved) -> None:
    """Its question is gone already, or read by others."""
    try:
        await index_parents(tools.index, [heard.topic_id])
    except Unavailable as error:
        _leave_to_sweep(error)


async def index_article(tools: Tools, heard: ArticlePublished | ArticleArchived) -> None:
    """Published anew, or withdrawn."""
    try:
        await index_parents(tools.index, [heard.article_id])
    except Unavailable as error:
        _leave_to_sweep(error)


def _leave_to_sweep(error: Unavailable) -> None:
    """Eight tries in ten minutes would only set thousands of messages aside: the sweep compares everything once it is back."""
    log.info("search.left_to_sweep", reason=error.message)


HANDLERS: Handlers = {
    QuestionsExtracted: (index_questions,),
    TopicHidden: (index_topic,),
    TopicUnlisted: (index_topic,),
    TopicMoved: (index_topic,),
    ArticlePublished: (index_article,),
    ArticleArchived: (index_article,),
}


async def reconcile_search(tools: Tools) -> None:
    """Compare index and rows. While the index is down there is nothing to compare with."""
    try:
        repaired = await reconcile(tools.index)
    except Unavailable as error:
        _leave_to_sweep(error)
    else:
        log.info("search.reconciled", missing=repaired.missing, stale=repaired.stale, gone=repaired.gone)
