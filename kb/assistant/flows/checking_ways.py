"""Whether every way through a flow leads somewhere, past something that waits, and asks before it uses an answer. Pure."""

import re
from collections.abc import Iterator

import yaml

from kb.assistant.flows.nodes import Problems, listed
from kb.assistant.flows.shapes import END, Act, Ask, Branch, Flow, HandOff, Say, Step
from kb.core.saying import say

PLACEHOLDER = re.compile(r"\{\{\s{0,3}([\w-]{1,40})\s{0,3}\}\}")
"""`{{order}}`: what was answered to the step `order`."""


def check_ways(flow: Flow, steps: yaml.Node, problems: Problems) -> None:
    """Notes ways to nowhere, steps nobody reaches, rounds without a question in them, and answers nobody was asked for."""
    nodes = dict(zip(flow.steps, listed(steps), strict=True))
    reached = _reachable(flow)
    for at, (id_, step) in enumerate(flow.steps.items(), 1):
        place = f"steps[{at}]"
        for target in ways_of(step):
            if target not in flow.steps and target != END:
                problems.note(nodes[id_], f"{place}.go", say("there is no step “{name}”", name=target))
        for named in answers_used(step):
            if not isinstance(flow.steps.get(named), Ask):
                problems.note(nodes[id_], place, say("nobody is asked for “{name}”", name=named))
        if id_ not in reached:
            problems.note(nodes[id_], place, say("no way leads here"))
        if _goes_round(flow, id_):
            problems.note(nodes[id_], place, say("it goes round without ever waiting for anybody"))


def ways_of(step: Step) -> tuple[str, ...]:
    """Where a step may lead."""
    if isinstance(step, Branch):
        return (*(arm.go for arm in step.arms), step.otherwise)
    return () if isinstance(step, HandOff) else (step.go,)


def answers_used(step: Step) -> set[str]:
    """The questions whose answers a step puts in or looks at."""
    if isinstance(step, Branch):
        return {name for arm in step.arms for name in arm.answers}
    return {name for text in _texts(step) for name in PLACEHOLDER.findall(text)}


def _texts(step: Step) -> Iterator[str]:
    if isinstance(step, Say | Ask | Act | HandOff):
        yield step.text
    if isinstance(step, Act):
        yield step.confirm
        yield from step.values.values()


def _reachable(flow: Flow) -> set[str]:
    seen: set[str] = set()
    waiting = [flow.first]
    while waiting:
        id_ = waiting.pop()
        if id_ not in seen and id_ in flow.steps:
            seen.add(id_)
            waiting += ways_of(flow.steps[id_])
    return seen


def _goes_round(flow: Flow, begin: str) -> bool:
    """Whether it comes back to itself over steps that do not wait."""
    seen: set[str] = set()
    waiting = [begin]
    while waiting:
        step = flow.steps.get(waiting.pop())
        if step is None or isinstance(step, Ask | Act | HandOff):
            continue
        for target in ways_of(step):
            if target == begin:
                return True
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False
