"""A flow's steps as turns of the conversation."""

import secrets
from collections.abc import Mapping

from kb.assistant.flows.queries import EnabledFlow
from kb.assistant.flows.shapes import Act, Ask, HandOff
from kb.assistant.flows.stepping import Advanced, Facts, advance, fill
from kb.assistant.replies import FlowPlace, NewTurn, Reply


def begin_flow(begun: EnabledFlow, facts: Facts, *, question: str) -> Reply:
    """The first words of a flow."""
    return go_on_in_flow(begun, begun.flow.first, {}, facts, question=question)


def go_on_in_flow(kept: EnabledFlow, begin: str, answers: Mapping[str, str], facts: Facts, *, question: str) -> Reply:
    """What it says from this step to the next one that waits. An offer is only words and a button's name: nothing is done here."""
    went = advance(kept.flow, begin, answers, facts)
    turns = [NewTurn("told", text) for text in went.said]
    if isinstance(went.waits, HandOff):
        turns.append(NewTurn("told", fill(went.waits.text, answers)))
        return Reply(tuple(turns), question, hands_over="flow")
    turns += _waiting(went, answers)
    step = went.waits.id if went.waits else ""
    return Reply(tuple(turns), question, flow=FlowPlace(kept.id, kept.number, step, answers))


def _waiting(went: Advanced, answers: Mapping[str, str]) -> list[NewTurn]:
    if isinstance(went.waits, Ask):
        detail = {"as": went.waits.kind, "choices": list(went.waits.choices)}
        return [NewTurn("asked", fill(went.waits.text, answers), detail)]
    if isinstance(went.waits, Act):
        return [offer_again(went.waits, answers)]
    return []


def offer_again(step: Act, answers: Mapping[str, str]) -> NewTurn:
    """The offer with a button of its own. `confirmation` is what it sends: made by chance, so that no text can hold it beforehand."""
    detail = {
        "go": step.go,
        "action": step.action,
        "values": {name: fill(value, answers) for name, value in step.values.items()},
        "label": fill(step.confirm, answers),
        "confirmation": secrets.token_urlsafe(18),
    }
    return NewTurn("offer", fill(step.text, answers), detail)
