"""What a post's markup is made of, and nothing else: the fragment is shared by all readers for whom this is the same."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from kb.core.permissions import Permission
from kb.forum.queries import PostView
from kb.forum.reply_order import OLDEST

if TYPE_CHECKING:
    from server.forum.discussion_page import DiscussionPage


@dataclass(frozen=True, slots=True)
class PostFrame:
    """A post, what its topic says beside it, and what this reader may do to it. Links that are not offered are "".

    `accepted` counts the topic's accepted answers, for those who may accept; `reads_to` is the position whoever has seen it has come to.
    """

    post: PostView
    role: str
    topic_path: str
    number: int
    me_too: int
    said_me_too: bool
    is_asker: bool
    is_signed_in: bool
    may_accept: bool
    may_vote: bool
    may_vote_in_polls: bool
    may_edit: bool
    may_hide: bool
    may_flag: bool
    may_bookmark: bool
    waits_for_review: bool
    reply_href: str
    quote_href: str
    accepted: int = 0
    is_new: bool = False
    reads_to: int = 0


def frame_posts(page: "DiscussionPage") -> dict[UUID, PostFrame]:
    """Each post by its id, as this reader is shown it. What only the question's foot says is left out of replies, so that they keep."""
    alike = _Alike.on(page)
    return {post.id: _frame(page, alike, post) for post in page.thread.posts}


@dataclass(frozen=True, slots=True)
class _Alike:
    """What holds for every post of the page, worked out once: a page of twenty asks the rest twenty times."""

    topic_path: str
    may_accept: bool
    may_vote: bool
    may_hide: bool
    may_flag: bool
    may_bookmark: bool
    may_write: bool
    answering: str
    is_signed_in: bool
    by_time: bool
    accepted: int
    person_id: UUID | None

    @classmethod
    def on(cls, page: "DiscussionPage") -> "_Alike":
        reader = page.reader
        return cls(
            topic_path=page.topic.path,
            may_accept=page.may_accept,
            may_vote=page.may_vote_in_polls,
            may_hide=page.may_hide,
            may_flag=reader.may(Permission.FLAG_WRITE),
            may_bookmark=reader.may(Permission.BOOKMARK_KEEP),
            may_write=reader.holds(Permission.POST_WRITE),
            answering=page.answering_path if page.may_reply else "",
            is_signed_in=reader.is_signed_in,
            by_time=page.sort == OLDEST,
            accepted=len(page.thread.accepted) if page.may_accept else 0,
            person_id=reader.person_id,
        )


def _frame(page: "DiscussionPage", alike: _Alike, post: PostView) -> PostFrame:
    is_question = post.position == 1
    is_theirs = post.author_id != alike.person_id
    offers_reply = bool(alike.answering) and not post.is_hidden
    return PostFrame(
        post=post,
        role=page.role_of(post),
        topic_path=alike.topic_path,
        number=page.topic.number,
        me_too=page.topic.me_too if is_question else 0,
        said_me_too=is_question and page.topic.said_me_too,
        is_asker=page.is_asker,
        is_signed_in=alike.is_signed_in,
        may_accept=alike.may_accept and not is_question and not post.is_hidden,
        may_vote=alike.may_vote and is_theirs,
        may_vote_in_polls=alike.may_vote,
        may_edit=alike.may_write and not is_theirs and (alike.may_hide or not post.is_hidden),
        may_hide=alike.may_hide and not is_question,
        may_flag=alike.may_flag and is_theirs and not post.is_hidden,
        may_bookmark=alike.may_bookmark and not post.is_hidden,
        waits_for_review=post.is_hidden and not alike.may_hide,
        reply_href=answer_href(alike.answering, post.id) if offers_reply and not is_question else "",
        quote_href=answer_href(alike.answering, post.id, quotes=True) if offers_reply else "",
        accepted=alike.accepted,
        is_new=not alike.by_time and page.is_new(post),
        reads_to=page.reads_to(post) if alike.is_signed_in else 0,
    )


def answer_href(page_path: str, post_id: UUID, *, quotes: bool = False) -> str:
    """Leads to the editor for an answer to this post, on the page of its topic at this path, which may have a query already."""
    joint = "&" if "?" in page_path else "?"
    return f"{page_path}{joint}answering={post_id}{'&quote=1' if quotes else ''}#reply"
