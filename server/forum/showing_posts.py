"""What a post's markup is made of, and nothing else: the fragment is shared by all readers for whom this is the same."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.core.permissions import Permission
from kb.forum.queries import PostView
from kb.forum.reply_order import OLDEST

if TYPE_CHECKING:
    from server.forum.pages import DiscussionPage


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
    waits_for_review: bool
    reply_href: str
    quote_href: str
    accepted: int = 0
    is_new: bool = False
    reads_to: int = 0


def frame_post(page: "DiscussionPage", post: PostView) -> PostFrame:
    """The post as this page's reader is shown it. What only the question's foot says is left out of replies, so that they keep."""
    is_question = post.position == 1
    offers_reply = page.may_reply and not post.is_hidden
    return PostFrame(
        post=post,
        role=page.role_of(post),
        topic_path=page.topic.path,
        number=page.topic.number,
        me_too=page.topic.me_too if is_question else 0,
        said_me_too=is_question and page.topic.said_me_too,
        is_asker=page.is_asker,
        is_signed_in=page.reader.is_signed_in,
        may_accept=page.may_accept and not is_question and not post.is_hidden,
        may_vote=page.may_vote(post),
        may_vote_in_polls=page.may_vote_in_polls,
        may_edit=page.may_edit(post),
        may_hide=page.may_hide and not is_question,
        may_flag=_may_flag(page, post),
        waits_for_review=post.is_hidden and not page.may_hide,
        reply_href=page.answer_href(post) if offers_reply and not is_question else "",
        quote_href=page.answer_href(post, quotes=True) if offers_reply else "",
        accepted=len(page.thread.accepted) if page.may_accept else 0,
        is_new=page.sort != OLDEST and page.is_new(post),
        reads_to=page.reads_to(post) if page.reader.is_signed_in else 0,
    )


def _may_flag(page: "DiscussionPage", post: PostView) -> bool:
    """What is in sight and somebody else's."""
    return page.reader.may(Permission.FLAG_WRITE) and not post.is_hidden and post.author_id != page.reader.person_id
