"""A flow out of its YAML: every key known, every way leading somewhere, or a list of what is wrong with line and field. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import yaml

from kb.assistant.flows.checking_ways import check_ways
from kb.assistant.flows.nodes import Problems, entries, listed, read_nodes, scalar
from kb.assistant.flows.shapes import ACTIONS, ANSWER_KINDS, END, Act, Arm, Ask, Branch, Flow, HandOff, Say, Start, Step
from kb.core.saying import say

MOST_STEPS = 100
MOST_CHOICES = 12
LONGEST_TEXT = 1_000
LONGEST_NAME = 80

_STEP_KEYS = {
    "say": {"id", "say", "go"},
    "ask": {"id", "ask", "as", "choices", "least", "most", "go"},
    "branch": {"id", "branch", "otherwise"},
    "action": {"id", "action", "with", "say", "confirm", "go"},
    "hand_off": {"id", "hand_off"},
}
_ARM_KEYS = {"go", "answer", "is", "page", "plan", "signal"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A mapping of the flow, what it is called in a message, and where problems go."""

    node: yaml.MappingNode
    name: str
    problems: Problems

    @property
    def keys(self) -> dict[str, yaml.Node]:
        """Its values by key."""
        return dict(entries(self.node))

    def wrong(self, key: str, message: str) -> None:
        """Note what is wrong with a key."""
        self.problems.note(self.keys.get(key, self.node), f"{self.name}.{key}" if key else self.name, message)

    def check_keys(self, known: Iterable[str]) -> None:
        """Each key must mean something."""
        for key, node in entries(self.node):
            if key not in known:
                known_keys = ", ".join(sorted(known))
                self.problems.note(node, f"{self.name}.{key}", say("unknown; known are {known}", known=known_keys))

    def text(self, key: str, *, most: int = LONGEST_TEXT, required: bool = True) -> str:
        """A short text."""
        found = scalar(self.keys.get(key))
        if key in self.keys and found is None:
            self.wrong(key, say("one text is wanted here"))
        elif required and not found:
            self.wrong(key, say("missing"))
        elif found and len(found) > most:
            self.wrong(key, say("at most {most} characters", most=most))
        return found or ""

    def number(self, key: str) -> float | None:
        """A number, or None where there is none."""
        found = scalar(self.keys.get(key))
        if found is None:
            return None
        try:
            return float(found)
        except ValueError:
            self.wrong(key, say("a number is wanted here"))
            return None

    def texts(self, key: str, *, most: int = MOST_STEPS) -> tuple[str, ...]:
        """A list of short texts."""
        found = [scalar(item) for item in listed(self.keys.get(key))]
        if any(not item for item in found) or len(found) > most:
            self.wrong(key, say("a list of at most {most} short texts is wanted here", most=most))
        return tuple(item for item in found if item)


def read_flow(source: str) -> Flow:
    """The flow. Raises `Invalid` whose fields name places (`steps[2].ask`) and whose sentences begin with the line."""
    problems = Problems()
    root = _Place(read_nodes(source), "flow", problems)
    root.check_keys({"name", "start", "steps"})
    name = root.text("name", most=LONGEST_NAME)
    start = _read_start(root)
    steps = _read_steps(root)
    problems.raise_any()
    flow = Flow(name, start, steps)
    check_ways(flow, root.keys["steps"], problems)
    problems.raise_any()
    return flow


def _read_start(root: _Place) -> Start:
    node = root.keys.get("start")
    if not isinstance(node, yaml.MappingNode):
        root.wrong("start", say("say when it begins: phrases, clusters or pages"))
        return Start()
    place = _Place(node, "start", root.problems)
    place.check_keys({"phrases", "clusters", "pages"})
    clusters = place.texts("clusters")
    if any(not one.isdecimal() or len(one) > 18 for one in clusters):
        place.wrong("clusters", say("the numbers of clusters are wanted here"))
    pages = place.texts("pages")
    if any(not one.startswith("/") for one in pages):
        place.wrong("pages", say("paths such as /orders are wanted here"))
    start = Start(
        place.texts("phrases"), tuple(int(one) for one in clusters if one.isdecimal() and len(one) <= 18), pages
    )
    if start == Start():
        place.wrong("", say("say when it begins: phrases, clusters or pages"))
    return start


def _read_steps(root: _Place) -> dict[str, Step]:
    nodes = listed(root.keys.get("steps"))
    if not 0 < len(nodes) <= MOST_STEPS:
        root.wrong("steps", say("1 to {most} steps are wanted here", most=MOST_STEPS))
        return {}
    places = [
        _Place(node, f"steps[{at}]", root.problems) if isinstance(node, yaml.MappingNode) else None
        for at, node in enumerate(nodes, 1)
    ]
    if any(place is None for place in places):
        root.wrong("steps", say("each step is a mapping: id, and what it does"))
        return {}
    sound = [place for place in places if place]
    ids = [place.text("id", most=40) for place in sound]
    steps: dict[str, Step] = {}
    for at, (place, id_) in enumerate(zip(sound, ids, strict=True)):
        if id_ in steps or id_ == END:
            place.wrong("id", say("taken already"))
        following = ids[at + 1] if at + 1 < len(ids) else END
        if step := _read_step(place, id_, following):
            steps[id_] = step
    return steps


def _read_step(place: _Place, id_: str, following: str) -> Step | None:
    doing = [kind for kind in _STEP_KEYS if kind in place.keys and not (kind == "say" and "action" in place.keys)]
    if len(doing) != 1:
        place.wrong("", say("a step does one thing: {known}", known=", ".join(_STEP_KEYS)))
        return None
    place.check_keys(_STEP_KEYS[doing[0]])
    go = place.text("go", required=False) or following
    return _READERS[doing[0]](place, id_, go)


def _read_say(place: _Place, id_: str, go: str) -> Step:
    return Say(id_, place.text("say"), go)


def _read_ask(place: _Place, id_: str, go: str) -> Step:
    written = place.text("as", required=False) or "text"
    kind = next((known for known in ANSWER_KINDS if known == written), None)
    choices = place.texts("choices", most=MOST_CHOICES)
    if kind is None:
        place.wrong("as", say("one of {known}", known=", ".join(ANSWER_KINDS)))
    if (kind == "choice") != (len(choices) > 1) or len(set(choices)) != len(choices):
        place.wrong("choices", say("a choice needs two or more different ones, and nothing else has any"))
    least, most = place.number("least"), place.number("most")
    if least is not None and most is not None and least > most:
        place.wrong("least", say("more than the most"))
    if kind in {"choice", "email"} and (least is not None or most is not None):
        place.wrong("least", say("only a text and a number have bounds"))
    return Ask(id_, place.text("ask"), kind or "text", go, choices, least, most)


def _read_branch(place: _Place, id_: str, _: str) -> Step:
    arms = []
    for at, node in enumerate(listed(place.keys.get("branch")), 1):
        if not isinstance(node, yaml.MappingNode):
            place.wrong("branch", say("each way out is a mapping: a condition, and where it goes"))
            continue
        arms.append(_read_arm(_Place(node, f"{place.name}.branch[{at}]", place.problems)))
    return Branch(id_, tuple(arms), place.text("otherwise"))


def _read_arm(place: _Place) -> Arm:
    place.check_keys(_ARM_KEYS)
    answer = place.text("answer", required=False)
    if bool(answer) != ("is" in place.keys):
        place.wrong("is", say("answer names a question, is what was answered: both or neither"))
    page, plan, signal = (place.text(key, required=False) for key in ("page", "plan", "signal"))
    if not (answer or page or plan or signal):
        place.wrong("", say("a way out needs a condition: answer and is, page, plan or signal"))
    return Arm(place.text("go"), {answer: place.text("is")} if answer else {}, page, plan, signal)


def _read_action(place: _Place, id_: str, go: str) -> Step | None:
    written = place.text("action")
    action = next((known for known in ACTIONS if known == written), None)
    if action is None:
        place.wrong("action", say("one of {known}", known=", ".join(ACTIONS)))
        return None
    values = _read_values(place, *ACTIONS[action])
    return Act(id_, action, values, place.text("say", required=False), place.text("confirm", most=60), go)


def _read_values(place: _Place, needed: frozenset[str], allowed: frozenset[str]) -> Mapping[str, str]:
    node = place.keys.get("with")
    if not isinstance(node, yaml.MappingNode):
        place.wrong("with", say("its values are wanted here: {known}", known=", ".join(sorted(allowed))))
        return {}
    inner = _Place(node, f"{place.name}.with", place.problems)
    inner.check_keys(allowed)
    return {
        key: inner.text(key, required=key in needed) for key in sorted(allowed) if key in needed or key in inner.keys
    }


def _read_hand_off(place: _Place, id_: str, _: str) -> Step:
    return HandOff(id_, place.text("hand_off"))


_READERS: Mapping[str, Callable[[_Place, str, str], Step | None]] = {
    "say": _read_say,
    "ask": _read_ask,
    "branch": _read_branch,
    "action": _read_action,
    "hand_off": _read_hand_off,
}
