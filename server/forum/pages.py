"""What the forum's lists and forms receive. The page of one topic stands in discussion_page.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.core.actor import Actor
from kb.core.saying import say
from kb.forum import rules
from kb.forum.editing import EditablePost
from kb.forum.queries import TopicRow
from kb.forum.space_rights import COLOURS
from kb.forum.spaces import Space
from kb.forum.tags import Tag
from kb.text.polls import PollText
from server.code_names import COLOUR_NAMES
from server.drafts.fields import DraftField
from server.forum.forms import AskForm, SpaceForm
from server.pages import Page


@dataclass(frozen=True, slots=True)
class HomePage(Page):
    """The front door. `solved` are the topics solved lately; `only` is the filter in force; `older` leads on, "" at the end.

    `leaves_out`: topics of what the reader muted are not listed.
    """

    spaces: list[Space]
    topics: list[TopicRow]
    solved: list[TopicRow]
    only: str
    is_first: bool
    older: str
    leaves_out: bool = False

    @property
    def topic_count(self) -> int:
        """Topics in the spaces this reader may read."""
        return sum(space.topic_count for space in self.spaces)

    @property
    def solved_count(self) -> int:
        """Those with an accepted answer."""
        return sum(space.solved_count for space in self.spaces)

    @property
    def solved_percent(self) -> int:
        """Of all topics, 0 where there are none."""
        return round(100 * self.solved_count / self.topic_count) if self.topic_count else 0


@dataclass(frozen=True, slots=True)
class SpacePage(Page):
    """The topics of one space. `spaces` are its neighbours, for the side."""

    space: Space
    spaces: list[Space]
    topics: list[TopicRow]
    only: str
    is_first: bool
    older: str
    reader: Actor
    with_inner: bool = False
    tag: str = ""

    @property
    def may_arrange(self) -> bool:
        """Whether topics can be ticked to do one thing with many."""
        return rules.may_arrange(self.reader)

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Spaces that topics could be moved to, as (slug, name)."""
        return [(one.slug, one.name) for one in self.spaces if not one.is_archived]

    @property
    def inner(self) -> list[Space]:
        """The spaces within this one that its reader may read."""
        return [one for one in self.spaces if one.parent_id == self.space.id]

    @property
    def outer(self) -> Space | None:
        """The space this one stands in."""
        return next((one for one in self.spaces if one.id == self.space.parent_id), None)

    @property
    def may_ask(self) -> bool:
        """Whether to show the way to the form: also to whoever only has to sign in."""
        return self.space.may_ask(self.reader) or (not self.reader.is_signed_in and self.space.who_asks == "members")


@dataclass(frozen=True, slots=True)
class AskPage(Page):
    """The form a question is asked with, as typed so far. `spaces` are choices of (slug, name)."""

    form: AskForm
    spaces: list[tuple[str, str]]
    tags: list[Tag] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditPage(Page):
    """One's own post, to be corrected."""

    post: EditablePost
    draft: DraftField
    errors: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SpaceFormPage(Page):
    """The form of a space. `slug` is "" for a new one; `parents` are choices of (slug, name), `groups` of (right, name)."""

    form: SpaceForm
    slug: str
    parents: list[tuple[str, str]]
    groups: list[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def seen_by_groups(self) -> list[tuple[str, str, str]]:
        """Choices of who sees it."""
        return [
            (right, say("The group {name}", name=name), say("Nobody else learns that it exists."))
            for right, name in self.groups
        ]

    @property
    def colour_choices(self) -> list[tuple[str, str]]:
        """Of its mark in lists."""
        return [(name, COLOUR_NAMES[name]) for name in COLOURS]

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"/spaces/{self.slug}/edit" if self.slug else "/spaces/new"


@dataclass(frozen=True, slots=True)
class TogglePage(Page):
    """The fragment that replaces a pressed button: `kind` is "vote" or "me_too"; `action` undoes what was done."""

    kind: str
    action: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class PreviewPage(Page):
    """The fragment with rendered Markdown; `html` has passed the last gate. `poll` stands below it."""

    html: str
    poll: PollText | None = None
