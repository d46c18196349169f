"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class AnswerCollected(Message, frozen=True):
    """An answer may be reused from now on. Answers of an import announce nothing: read the rows."""

    answer_id: UUID


@message
class AnswerUsed(Message, frozen=True):
    """Somebody said that an answer solved it. Showing, opening and inserting announce nothing: there are too many."""

    use_id: UUID


@message
class ArticlePublished(Message, frozen=True):
    """A revision of the article is what readers see now."""

    article_id: UUID


@message
class ArticleReturned(Message, frozen=True):
    """Somebody handed a revision back to its author, with a reason."""

    return_id: UUID


@message
class ArticleArchived(Message, frozen=True):
    """Readers may not see the article any more."""

    article_id: UUID
