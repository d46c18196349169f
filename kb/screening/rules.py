"""What may come of a text about to be posted. Pure."""

from dataclasses import dataclass, field

FIRST_POST, WORD, SPAM = "first_post", "word", "spam"
"""What finds a text worth a look; kb/moderation calls these the sources of a review."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Why somebody should look at it: the source, and a sentence for moderators. `holds`: before anybody else does."""

    source: str
    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """All that was found. Without findings a text is posted like any other."""

    findings: tuple[Finding, ...] = field(default=())

    @property
    def is_held(self) -> bool:
        """Whether it waits for a moderator, seen by its writer alone."""
        return any(one.holds for one in self.findings)


NOTHING_FOUND = Ruling()


@dataclass(frozen=True, slots=True)
class Writing:
    """A text about to be posted, as it will stand: its title ("" for a reply) and its HTML; and what its writer did before.

    `in_sight` counts posts of theirs that readers see, no further than the rules ask.
    """

    title: str
    html: str
    in_sight: int = 0


@dataclass(frozen=True, slots=True)
class Screen:
    """What this installation holds back, as its settings say. `first_posts`: so many posts of a newcomer wait; 0 is none."""

    first_posts: int = 0


OPEN = Screen()
"""Nothing is held but by what staff themselves have listed."""


def find_first_post(writing: Writing, screen: Screen) -> list[Finding]:
    """Whether it is among the first posts of a newcomer."""
    if writing.in_sight >= screen.first_posts:
        return []
    text = f"A newcomer’s post: {writing.in_sight} of theirs are in sight, and the first {screen.first_posts} wait."
    return [Finding(FIRST_POST, text, holds=True)]
