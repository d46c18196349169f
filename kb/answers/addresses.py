"""Where answers are read, for pages, mails and suggestions alike: paths below the base address."""

from urllib.parse import quote
from uuid import UUID

from kb.forum.addresses import post_path


def article_path(number: int, slug: str) -> str:
    """An article's page; the number alone finds it."""
    return f"/kb/{number}/{quote(slug)}"


def article_card_path(number: int) -> str:
    """The picture that stands for the article where it is linked."""
    return f"/cards/articles/{number}.png"


def ticket_path(number: int) -> str:
    """A ticket's page for those who answer it: to readers of others' tickets no other is open."""
    return f"/desk/{number}"


def macro_path(macro_id: UUID) -> str:
    """A macro, for those who answer tickets."""
    return f"/desk/macros/{macro_id}"


def answer_path(kind: str, source_id: UUID, number: int | None, slug: str | None) -> str:
    """Leads to the answer itself. `number` is the ticket's or the article's; a post and a macro need neither."""
    if kind == "macro":
        return macro_path(source_id)
    if kind == "post" or number is None:
        return post_path(source_id)
    return article_path(number, slug or "") if kind == "article" else ticket_path(number)
