"""What the page of one topic receives: its posts, and what this reader may do with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from kb.answers.known_as import KnownArticle
from kb.clusters.duplicates.queries import Standing
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.drafts.places import reply_place
from kb.forum import rules
from kb.forum.queries import PostView, TopicHead, TopicPage
from kb.forum.reply_order import NEWEST, OLDEST, REPLY_ORDER
from kb.text.quoting import quote_markdown
from server.drafts.fields import DraftField
from server.forum.showing_posts import PostFrame, frame_posts
from server.pages import Page


def page_of_topic(path: str, *, after: int = 0, sort: str = OLDEST, **more: str) -> str:
    """A part of a topic in an order of its replies; the first in the usual order has the plain address."""
    wanted = {"sort": sort if sort != OLDEST else "", "after": str(after) if after > 0 else "", **more}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class DiscussionPage(Page):
    """A topic with its posts, and what this reader may do here. `reply` and `errors` are a refused reply.

    `answering_id` is the post the reader is about to answer, `quotes` whether its words stand in the editor;
    `standing` is what is said of it as a duplicate, `article` what answers it in the knowledge base.
    """

    thread: TopicPage
    reader: Actor
    after: int = 0
    reply: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    draft: DraftField | None = None
    answering_id: UUID | None = None
    quotes: bool = False
    standing: list[Standing] = field(default_factory=list)
    article: KnownArticle | None = None
    sort: str = OLDEST

    @property
    def answering(self) -> PostView | None:
        """The post the reader is about to answer, if it stands on this page."""
        return next((post for post in self.thread.posts if post.id == self.answering_id), None)

    @property
    def answering_path(self) -> str:
        """This page of the topic, where answers are written below."""
        return page_of_topic(self.topic.path, after=self.after, sort=self.sort)

    @property
    def topic(self) -> TopicHead:
        """The topic itself."""
        return self.thread.topic

    @property
    def draft_field(self) -> DraftField:
        """Of the reader's answer: as refused, else as it was kept."""
        topic = self.topic
        kept = DraftField(
            reply_place(topic.number), topic.draft_version, topic.draft_has_other, topic.draft_body is not None
        )
        return self.draft or kept

    @property
    def reply_text(self) -> str:
        """What stands in the editor: a refused reply, else the reader's draft and below it the words to be quoted."""
        if self.draft:
            return self.reply
        kept, post = self.topic.draft_body or "", self.answering
        quote = quote_markdown(post.author_name, post.path, post.source) if post and self.quotes else ""
        return f"{kept.rstrip()}\n\n{quote}" if kept.strip() and quote else kept + quote

    @property
    def may_reply(self) -> bool:
        """Whether to show the editor or the way to it."""
        return (self.topic.may_answer or bool(self.reply)) and self.reader.holds(Permission.POST_WRITE)

    @property
    def may_accept(self) -> bool:
        """Whether answers can be accepted by this reader."""
        return rules.may_accept(self.reader, asker_id=self.topic.asker_id)

    @property
    def may_tag(self) -> bool:
        """Its asker, whoever looks after tags, and the trusted."""
        return rules.may_tag(self.reader, asker_id=self.topic.asker_id)

    @property
    def may_mark_duplicate(self) -> bool:
        """Whether to show the way to say that this was asked before."""
        return self.reader.may(Permission.DUPLICATE_MARK) and not self.topic.original_number

    @property
    def may_confirm_duplicate(self) -> bool:
        """Whether to show what staff decide about duplicates."""
        return self.reader.may(Permission.DUPLICATE_CONFIRM)

    @property
    def may_arrange(self) -> bool:
        """Whether to show the menu of what is done with whole topics."""
        return rules.may_arrange(self.reader)

    @property
    def may_close(self) -> bool:
        """Its asker, as long as no moderator has locked it."""
        return self.is_asker and rules.may_close(
            self.reader, asker_id=self.topic.asker_id, closed_as=self.topic.closed_as
        )

    @property
    def may_retitle(self) -> bool:
        """Those who may but did not ask it themselves: askers edit their question."""
        return not self.is_asker and rules.may_retitle(self.reader, asker_id=self.topic.asker_id)

    @property
    def may_hide(self) -> bool:
        """Whether to show a moderator's buttons."""
        return rules.may_hide(self.reader)

    @property
    def is_asker(self) -> bool:
        """Whether the reader asked this, and so is counted already."""
        return self.reader.person_id == self.topic.asker_id

    @property
    def may_vote_in_polls(self) -> bool:
        """Everybody signed in, the asker too."""
        return self.reader.may(Permission.POST_VOTE)

    @property
    def frames(self) -> dict[UUID, PostFrame]:
        """All that the fragment of each post is made of."""
        return frame_posts(self)

    def role_of(self, post: PostView) -> str:
        """What stands beside the author's name: the asker in an answer, a role of staff, or nothing."""
        if post.author_role != "member":
            return post.author_role.replace("_", " ")
        return "asker" if post.position > 1 and post.author_id == self.topic.asker_id else ""

    @property
    def older(self) -> str:
        """Leads to the next page of replies."""
        after = self.thread.next_after
        return page_of_topic(self.topic.path, after=after, sort=self.sort) if after else ""

    @property
    def newer(self) -> str:
        """Leads back to the first page of replies."""
        return page_of_topic(self.topic.path, sort=self.sort) if self.after else ""

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(name, address, whether it is this one) of each order the replies may be read in."""
        return [
            (name, page_of_topic(self.topic.path, sort=name) + "#replies", name == self.sort) for name in REPLY_ORDER
        ]

    def is_new(self, post: PostView) -> bool:
        """Whether somebody else wrote it since the reader was here last."""
        topic = self.topic
        return (
            0 < topic.read_position < post.position
            and post.author_id != self.reader.person_id
            and (topic.all_read_until is None or post.created_at > topic.all_read_until)
        )

    @property
    def first_new_id(self) -> UUID | None:
        """The reply the line "new since your last visit" stands before, where replies stand in the order they were written."""
        fresh = (post.id for post in self.thread.replies if self.is_new(post))
        return next(fresh, None) if self.sort == OLDEST else None

    def reads_to(self, post: PostView) -> int:
        """The position the reader has come to when they have seen this post on this page; 0 where that says nothing."""
        if post is self.thread.posts[-1]:
            return self.page_reads_to
        return post.position if self.sort == OLDEST and (post.position == 1 or not post.is_accepted) else 0

    @property
    def page_reads_to(self) -> int:
        """The same for the whole page. Of a part in another order it says something only if nothing unread stands elsewhere."""
        shown, replies = self.thread.posts, self.thread.replies
        is_whole = not self.after and not self.thread.next_after
        if is_whole or (self.sort == OLDEST and not self.thread.next_after):
            return max(post.position for post in shown)
        if self.sort == OLDEST:
            return replies[-1].position if replies else 1
        is_joined = self.sort == NEWEST and bool(replies) and replies[-1].position <= self.topic.read_position + 1
        return max(post.position for post in shown) if is_joined and not self.after else 0
