"""What the pages of the forum's questions at the desk receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kb.desk.surroundings import Surroundings
from kb.desk.topics import WaitingTopic
from kb.drafts.places import reply_place
from kb.forum.queries import PostView, TopicHead, TopicPage
from kb.search.answering import NOTHING_OFFERED, OfferedAnswers
from server.desk.pages import TOPICS_ADDRESS, Tab, desk_tabs
from server.drafts.fields import DraftField
from server.pages import Page
from server.tickets.forms import ReplyForm
from server.tickets.pages import choices_of_macros


@dataclass(frozen=True, slots=True)
class DeskTopicsPage(Page):
    """Who waits in the forum; `counts` and `waiting` stand in the tabs, `older` leads on, "" at the end."""

    topics: list[WaitingTopic]
    older: str
    is_first: bool
    counts: Mapping[str, int]
    waiting: int

    @property
    def address(self) -> str:
        """Where this list begins."""
        return TOPICS_ADDRESS

    @property
    def tabs(self) -> list[Tab]:
        """The desk's views."""
        return desk_tabs(self.counts, self.waiting)


@dataclass(frozen=True, slots=True)
class DeskTopicPage(Page):
    """A topic as an agent answers it: the answers offered beside it, the macros, and their reply as typed or refused."""

    thread: TopicPage
    around: Surroundings
    offered: OfferedAnswers = NOTHING_OFFERED
    reply: ReplyForm = field(default_factory=ReplyForm)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> TopicHead:
        """The topic itself."""
        return self.thread.topic

    @property
    def address(self) -> str:
        """This page."""
        return f"{TOPICS_ADDRESS}/{self.topic.number}"

    @property
    def posts(self) -> list[PostView]:
        """As they were written; of a long topic those that the forum shows first."""
        return sorted(self.thread.posts, key=lambda post: post.position)

    @property
    def draft(self) -> DraftField:
        """Of the reader's answer, the same as in the forum."""
        topic = self.topic
        is_restored = topic.draft_body is not None
        return DraftField(
            reply_place(topic.number),
            self.reply.draft_version or topic.draft_version,
            topic.draft_has_other,
            is_restored,
        )

    @property
    def macro_choices(self) -> list[tuple[str, str]]:
        """By name, after the choice of none."""
        return choices_of_macros(self.around)

    def is_askers(self, author_id: UUID) -> bool:
        """Whether it is of whoever asked."""
        return author_id == self.topic.asker_id
