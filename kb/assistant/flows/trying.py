"""A dry run: a flow's text with answers and facts made up, and nothing of it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.assistant.flows.reading import read_flow
from kb.assistant.flows.shapes import Act, Ask, HandOff
from kb.assistant.flows.stepping import Advanced, Facts, advance, check_answer, fill
from kb.core.actor import Actor
from kb.core.permissions import Permission

MOST_ANSWERS = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """One line of a trial. `kind`: said, asked, answered, refused, offered (and what would be done), handed_off or ended."""

    kind: str
    text: str
    values: Mapping[str, str]


def try_flow(actor: Actor, source: str, replies: Sequence[str], facts: Facts) -> list[Tried]:
    """What would be said for these replies, one after the other; an offer counts as pressed by any reply. Raises `Invalid` with lines."""
    actor.require(Permission.FLOW_MANAGE)
    flow = read_flow(source)
    told: list[Tried] = []
    answers: dict[str, str] = {}
    went = advance(flow, flow.first, answers, facts)
    _tell(told, went)
    for reply in replies[:MOST_ANSWERS]:
        if isinstance(went.waits, Ask):
            answer, wrong = check_answer(went.waits, reply)
            told.append(Tried("refused" if wrong else "answered", wrong or answer, {}))
            if wrong:
                continue
            answers = {**answers, went.waits.id: answer}
        elif not isinstance(went.waits, Act):
            break
        went = advance(flow, went.waits.go, answers, facts)
        _tell(told, went)
    return told


def _tell(told: list[Tried], went: Advanced) -> None:
    told += [Tried("said", text, {}) for text in went.said]
    if isinstance(went.waits, Ask):
        told.append(Tried("asked", fill(went.waits.text, went.answers), {"choices": ", ".join(went.waits.choices)}))
    elif isinstance(went.waits, Act):
        values = {name: fill(value, went.answers) for name, value in went.waits.values.items()}
        told.append(Tried("offered", went.waits.confirm, {"action": went.waits.action, **values}))
    elif isinstance(went.waits, HandOff):
        told.append(Tried("handed_off", fill(went.waits.text, went.answers), {}))
    else:
        told.append(Tried("ended", "", {}))
