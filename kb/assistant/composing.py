"""The passages that answer a question, in the order of their source, each with the number of where it stands. Pure.

Nothing is written here: every line is somebody's own sentence. What reads well is decided by what is left together: a short answer
whole, a list of steps with the sentence that introduces it, of a long text the few sentences around what was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from kb.assistant.passages import Passage, PassageKind, stems_of

WHOLE_PASSAGES = 7
WHOLE_CHARACTERS = 700
"""An answer up to this long is given whole: it is read in half a minute, and its author left nothing out by chance."""

RUN = 4
"""Sentences of a longer text: two to four are what an answer in conversation takes."""

MOST_STEPS = 10

SAME_WORDS = 0.5
"""Share of a passage's words that stand in what is said already, from which on it says nothing new."""


@dataclass(frozen=True, slots=True)
class Line:
    """One passage as it is said, with the numbers of its sources."""

    kind: PassageKind
    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A source to choose from: an answer by its id, taken apart."""

    answer_id: UUID
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Composed:
    """Lines and the answers they come from, numbered from 1 in this order."""

    lines: tuple[Line, ...]
    answer_ids: tuple[UUID, ...]
    is_rephrased: bool = False


def compose(question: str, texts: Sequence[Text], *, news: str = "") -> Composed:
    """The first text answers; a second one adds what it alone knows. `news` are the words a follow-up adds: they count twice."""
    wanted = (stems_of(question), stems_of(news))
    lines: list[Line] = []
    answer_ids: list[UUID] = []
    for text in texts:
        chosen = _choose(text.passages, wanted) if not lines else _beside(text.passages, wanted, lines)
        if chosen:
            answer_ids.append(text.answer_id)
            lines += [Line(passage.kind, passage.text, (len(answer_ids),)) for passage in chosen]
    return Composed(tuple(lines), tuple(answer_ids))


def _choose(passages: Sequence[Passage], wanted: tuple[frozenset[str], frozenset[str]]) -> list[Passage]:
    said = sum(len(passage.text) for passage in passages)
    if len(passages) <= WHOLE_PASSAGES and said <= WHOLE_CHARACTERS:
        return list(passages)
    weights = [_weigh(passage, wanted, at) for at, passage in enumerate(passages)]
    best = max(range(len(passages)), key=lambda at: (_around(passages, weights, at), -at))
    if passages[best].kind in {"step", "point"}:
        return _list_with_lead(passages, best)
    return _run(passages, [_shares(passage, wanted) for passage in passages], best)


def _weigh(passage: Passage, wanted: tuple[frozenset[str], frozenset[str]], at: int) -> float:
    """Words shared with the question, the heading's counting half; people answer first and explain after."""
    in_heading = stems_of(passage.heading) & (wanted[0] | wanted[1])
    return _shares(passage, wanted) + len(in_heading) / 2 + 1 / (2 + at)


def _shares(passage: Passage, wanted: tuple[frozenset[str], frozenset[str]]) -> int:
    return len(passage.stems & wanted[0]) + len(passage.stems & wanted[1])


def _around(passages: Sequence[Passage], weights: Sequence[float], at: int) -> float:
    """A passage with its neighbours of the same block: a list is found by all its items together."""
    block = passages[at].block
    near = [n for n in range(max(0, at - 1), min(len(passages), at + 2)) if passages[n].block == block]
    return weights[at] + sum(weights[n] for n in near if n != at) / 2


def _list_with_lead(passages: Sequence[Passage], at: int) -> list[Passage]:
    """The whole list, because a step alone is no instruction, and the sentence before it."""
    block = passages[at].block
    first = next(n for n, passage in enumerate(passages) if passage.block == block)
    items = [passage for passage in passages if passage.block == block][:MOST_STEPS]
    has_lead = first > 0 and passages[first - 1].kind == "text" and passages[first - 1].heading == passages[at].heading
    return [passages[first - 1], *items] if has_lead else items


def _run(passages: Sequence[Passage], shared: Sequence[int], at: int) -> list[Passage]:
    """At most `RUN` passages: those of the best one's paragraph from a little before it, and what follows while it is about the same.
    What introduces a list brings it along."""
    block = [n for n, passage in enumerate(passages) if passage.block == passages[at].block]
    chosen = [n for n in block if n > at - RUN + 1][:RUN]
    after = chosen[-1] + 1
    while len(chosen) < RUN and after < len(passages) and _belongs(passages, shared, at, after):
        chosen.append(after)
        after += 1
    run = [passages[n] for n in chosen]
    leads_on = run[-1].text.endswith(":") and after < len(passages)
    return [*run, *_list_with_lead(passages, after)[1:]] if leads_on else run


def _belongs(passages: Sequence[Passage], shared: Sequence[int], at: int, after: int) -> bool:
    return passages[after].kind == "text" and passages[after].heading == passages[at].heading and shared[after] > 0


def _beside(
    passages: Sequence[Passage], wanted: tuple[frozenset[str], frozenset[str]], lines: Sequence[Line]
) -> list[Passage]:
    """Up to two neighbouring sentences that share words with the question and are not said yet."""
    said = frozenset().union(*(stems_of(line.text) for line in lines))
    asked = wanted[0] | wanted[1]
    fresh = [
        (at, passage)
        for at, passage in enumerate(passages)
        if passage.kind == "text" and passage.stems & asked and _is_new(passage, said)
    ]
    if not fresh:
        return []
    best, first = max(fresh, key=lambda pair: (_weigh(pair[1], wanted, pair[0]), -pair[0]))
    after = next((passage for (at, _), (then, passage) in pairwise(fresh) if at == best and then == best + 1), None)
    return [first, after] if after else [first]


def _is_new(passage: Passage, said: frozenset[str]) -> bool:
    return bool(passage.stems) and len(passage.stems & said) / len(passage.stems) < SAME_WORDS
