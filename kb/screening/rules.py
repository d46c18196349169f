"""What may come of a text about to be posted. Pure."""

from dataclasses import dataclass, field
from datetime import timedelta

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.trust import Trust
from kb.ports.spam_judge import SpamJudge
from kb.screening.matching import fold_pattern

FIRST_POST, WORD, SPAM = "first_post", "word", "spam"
"""What finds a text worth a look; kb/moderation calls these the sources of a review."""


BLOCK, HOLD, FLAG = "block", "hold", "flag"
ACTIONS = (BLOCK, HOLD, FLAG)
"""What a watched word does, the strictest first: the text is refused, waits for a moderator, or is posted and pointed out to them."""

WORD_MAX = 100
"""Characters of a watched word or phrase."""

PREFIX_MIN = 3
"""Characters before `*`: shorter beginnings are those of half a dictionary."""

WORDS_AT_ONCE = 1000
WORDS_MAX = 10_000
"""More are no list that anybody looks after; a second of compiling, once a process and change."""


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
class History:
    """What a writer did before: how old the account is, posts readers see (to 100), posts of an hour, earlier ones of the same text."""

    account_age: timedelta = timedelta(days=365)
    in_sight: int = 0
    last_hour: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """A text about to be posted, as it will stand: its title ("" for a reply) and its HTML; and what its writer did before."""

    title: str
    html: str
    history: History = History()


@dataclass(frozen=True, slots=True)
class Screen:
    """What this installation holds back, as its settings say. `first_posts`: so many posts of a newcomer wait; 0 is none.
    What `judge` scores at `spam_from` or more waits, too; and a newcomer's post with `suspicions` that a door has, as sentences."""

    first_posts: int = 0
    judge: SpamJudge | None = None
    spam_from: float = 1.0
    suspicions: tuple[str, ...] = ()


OPEN = Screen()
"""Nothing is held but by what staff themselves have listed."""


def needs_history(actor: Actor, screen: Screen) -> bool:
    """Whether what the writer did before is asked for at all."""
    return (screen.first_posts > 0 and actor.trust == Trust.NEWCOMER) or (screen.judge is not None and may_spam(actor))


def may_spam(actor: Actor) -> bool:
    """Whether their texts are scored: newcomers' and members'. Regulars have solved something for somebody else; staff answer for
    themselves."""
    return not actor.is_staff and actor.role != Role.SYSTEM and actor.trust <= Trust.MEMBER


def find_first_post(writing: Writing, screen: Screen) -> list[Finding]:
    """Whether it is among the first posts of a newcomer."""
    if writing.history.in_sight >= screen.first_posts:
        return []
    text = f"Among a newcomer’s first posts: readers see {writing.history.in_sight} of theirs yet."
    return [Finding(FIRST_POST, text, holds=True)]


def check_words(text: str, action: str) -> dict[str, str]:
    """Each line's word by what must stand in a folded text; the last of two that are the same. `Invalid`: the first that cannot be."""
    if action not in ACTIONS:
        raise Invalid(say("There is no such action."), {"action": say("Choose what happens to a text with it.")})
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Invalid(say("There is nothing to watch."), {"words": say("Write at least one word.")})
    if len(lines) > WORDS_AT_ONCE:
        raise Invalid(say("These are too many."), {"words": say("At most {most} words at a time.", most=WORDS_AT_ONCE)})
    return {_check_word(line): line for line in lines}


def _check_word(line: str) -> str:
    folded, is_prefix = fold_pattern(line), line.endswith("*")
    if len(line) > WORD_MAX:
        said = say("“{word}” is longer than {most} characters.", word=line[:20] + "…", most=WORD_MAX)
    elif "*" in line[:-1]:
        said = say("In “{word}” the * may only stand at the end.", word=line)
    elif not folded.strip():
        said = say("“{word}” has no letter or digit.", word=line)
    elif is_prefix and len(folded.rpartition(" ")[2]) < PREFIX_MIN:
        said = say("“{word}” needs {least} letters before the *.", word=line, least=PREFIX_MIN)
    else:
        return folded
    raise Invalid(say("One of the words cannot be watched."), {"words": said})
