"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class QuestionsExtracted(Message, frozen=True):
    """New or changed questions wait for their vectors and a cluster."""

    question_ids: list[UUID]


@message
class QuestionClustered(Message, frozen=True):
    """A question stands in a cluster it was not in before."""

    question_id: UUID
    cluster_id: UUID


@message
class ClustersRefreshed(Message, frozen=True):
    """A refresh has changed what it had to; labels and counts are fresh."""

    refresh_id: UUID


@message
class ClustersCorrected(Message, frozen=True):
    """People changed these clusters, or took a change back: questions moved, a cluster ended or is there again."""

    cluster_ids: list[UUID]


@message
class SearchFailed(Message, frozen=True):
    """What was searched in vain is a question now: a member's, or one that enough strangers share."""

    search_id: UUID


@message
class ReaderUnhelped(Message, frozen=True):
    """A reader whom an article did not help said what they were trying to do."""

    unhelped_id: UUID
