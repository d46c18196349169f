"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kb.answers.article_lists import ArticleLine
from kb.answers.comparing import Comparison
from kb.answers.contents import FEWEST, Heading
from kb.answers.macro_proposals import MacroProposal
from kb.answers.queries import ArticleView, RevisionLine, RevisionView, UseCounts
from kb.answers.ranking import RankedAnswer
from kb.answers.returning import Returned
from kb.answers.reviewing import Review
from kb.answers.rules import Act, may_do
from kb.answers.scheduling import Scheduled
from kb.answers.translating import OriginalText, TranslationLine
from kb.answers.verifying import DueArticle
from kb.answers.versions import Version
from kb.articles.judging import RevisionFeedback
from kb.articles.relating import RelatedArticle
from kb.articles.shelves import ArticlePlace, Shelf
from kb.core.saying import say
from kb.drafts.places import ARTICLE
from kb.drafts.writing_together import Writer
from kb.languages.offered import LANGUAGES, Language
from server.answers.forms import ArticleForm, ScheduleForm
from server.drafts.fields import DraftField
from server.pages import Page

VISIBILITY_NAMES = {"public": say("Everybody"), "members": say("Members"), "staff": say("Staff")}

NEEDS_A_LOOK = "stale"
"""The one of the lists below that has a page of its own (server/staleness)."""

LISTS = {
    "draft": say("Drafts"),
    "review": say("In review"),
    "scheduled": say("Planned"),
    NEEDS_A_LOOK: say("Needs a look"),
    "verify": say("To check"),
    "archived": say("Archived"),
}


@dataclass(frozen=True, slots=True)
class HomePage(Page):
    """The knowledge base's home: its categories, and what is new."""

    shelves: Sequence[Shelf]
    newest: Sequence[ArticleLine]


@dataclass(frozen=True, slots=True)
class FoundPage(Page):
    """Articles that hold the words, or stand in the section; `older` leads on, "" at the end."""

    articles: Sequence[ArticleLine]
    query: str
    section: str
    section_name: str
    older: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class ArticlePage(Page):
    """An article. `html` has anchors for `headings`; `record` is its standing in its cluster, `others` the answers beside it.

    `counts`, `revisions` and `feedback` are for staff.
    """

    article: ArticleView
    html: str
    headings: Sequence[Heading]
    record: RankedAnswer | None
    others: Sequence[RankedAnswer]
    place: ArticlePlace
    counts: UseCounts | None = None
    revisions: Sequence[RevisionLine] = ()
    feedback: Sequence[RevisionFeedback] = ()
    related: Sequence[RelatedArticle] = ()
    scheduled: Sequence[Scheduled] = ()
    time_zone: str = ""
    releases: Sequence[str] = ()
    versions: Sequence[Version] = ()
    translations: Sequence[TranslationLine] = ()

    @property
    def original(self) -> Version | None:
        """The version the others follow, where readers see it."""
        return next((one for one in self.versions if one.is_original), None)

    @property
    def shows_contents(self) -> bool:
        """Whether the list of headings is worth its room."""
        return len(self.headings) >= FEWEST

    @property
    def ask_href(self) -> str:
        """Asking, with where one comes from."""
        kept = {"from": self.article.path, **({"space": self.article.space_slug} if self.article.space_slug else {})}
        return f"/ask?{urlencode(kept)}"

    def may_be(self, act: Act) -> bool:
        """Whether the state allows the act."""
        return may_do(self.article.state, act)


@dataclass(frozen=True, slots=True)
class SolvedPage(Page):
    """What takes the place of the question "did this solve it" once it is answered."""

    people_helped: int


@dataclass(frozen=True, slots=True)
class EditPage(Page):
    """The editor, as typed so far. `article` is None while it is new.

    `others` write there, too. `newer` is what was saved meanwhile beside what is typed here; saving then means having compared.
    """

    form: ArticleForm
    sections: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str]]
    article: ArticleView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    draft: DraftField = field(default_factory=lambda: DraftField(ARTICLE))
    others: Sequence[Writer] = ()
    newer: Comparison | None = None
    returned: Returned | None = None

    @property
    def languages(self) -> list[tuple[str, str]]:
        """What it may be written in."""
        return [(one.code, one.name) for one in LANGUAGES.values()]

    @property
    def visibilities(self) -> list[tuple[str, str]]:
        """Who may read it."""
        return list(VISIBILITY_NAMES.items())


@dataclass(frozen=True, slots=True)
class TranslatePage(Page):
    """A translation beside its original. `article` is None while it is new; `changes` is what the original changed since.

    The other fields are those of the editor.
    """

    form: ArticleForm
    original: OriginalText
    language: Language
    article: ArticleView | None = None
    changes: Comparison | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    draft: DraftField = field(default_factory=lambda: DraftField(ARTICLE))
    others: Sequence[Writer] = ()
    newer: Comparison | None = None
    returned: Returned | None = None


@dataclass(frozen=True, slots=True)
class DraftsPage(Page):
    """What is being written, waits for review, or was archived. `repeated` are replies agents write again and again."""

    articles: Sequence[ArticleLine]
    current_list: str
    counts: Mapping[str, int]
    scheduled: Sequence[Scheduled] = ()
    due: Sequence[DueArticle] = ()
    repeated: Sequence[MacroProposal] = ()

    @property
    def tabs(self) -> list[tuple[str, str, int | None]]:
        """The lists as tabs."""
        return [(drafts_path(name), text, self.counts.get(name)) for name, text in LISTS.items()]

    @property
    def current(self) -> str:
        """The tab to mark."""
        return drafts_path(self.current_list)


@dataclass(frozen=True, slots=True)
class ReviewPage(Page):
    """What publishing would change. `typed` is the form for a time, `waiting` what was approved for one, `reason` why it goes back."""

    review: Review
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: ScheduleForm = field(default_factory=ScheduleForm)
    waiting: Scheduled | None = None
    reason: str = ""

    @property
    def masked(self) -> list[tuple[str, int]]:
        """What was masked, by kind."""
        return list(self.review.masked.items())

    @property
    def published(self) -> int | None:
        """What readers see now."""
        return self.review.published_revision

    @property
    def readers(self) -> str:
        """Who will read it."""
        return VISIBILITY_NAMES[self.review.visibility].lower()

    def may_be(self, act: Act) -> bool:
        """Whether the state allows the act."""
        return may_do(self.review.state, act)


@dataclass(frozen=True, slots=True)
class RevisionPage(Page):
    """One revision of an article, and what it changed."""

    article: ArticleView
    revision: RevisionView


@dataclass(frozen=True, slots=True)
class ComparePage(Page):
    """Two revisions of an article beside each other; any may be chosen."""

    article: ArticleView
    comparison: Comparison
    revisions: Sequence[RevisionLine]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The revisions, the newest first."""
        return [
            (str(one.number), say("{number}: {title}", number=one.number, title=one.title)) for one in self.revisions
        ]


def drafts_path(name: str) -> str:
    """A list's address; drafts are the page itself."""
    if name == NEEDS_A_LOOK:
        return "/kb/needs-a-look"
    return "/kb/drafts" if name == "draft" else f"/kb/drafts?list={name}"
