"""YAML as nodes that still know their lines, read without making an object of anything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from kb.core.errors import Invalid
from kb.core.saying import say

LONGEST = 40_000
"""Characters of a flow; the longest one imagined here, with fifty steps, has 8,000."""

DEEPEST = 12


@dataclass(slots=True)
class Problems:
    """What is wrong, by the place in the flow, each with its line."""

    found: dict[str, str] = field(default_factory=dict)

    def note(self, node: yaml.Node, place: str, message: str) -> None:
        """Keep it; the first word about a place stands."""
        self.found.setdefault(place, say("Line {number}: {problem}", number=node.start_mark.line + 1, problem=message))

    def raise_any(self) -> None:
        """Raises `Invalid` with all of them, if there are any."""
        if self.found:
            raise Invalid(say("The flow needs another look."), self.found)


def read_nodes(source: str) -> yaml.MappingNode:
    """The document's mapping. Raises `Invalid` with the line of what is no YAML, or not a flow at all."""
    if len(source) > LONGEST:
        raise Invalid(say("The flow is too long."), {"source": say("At most {most} characters.", most=LONGEST)})
    try:
        _refuse_references(source)
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        wrong = say("Line {number}: {problem}", number=line, problem=str(error.problem or error.context or "not YAML"))
        raise Invalid(say("This is not YAML."), {"source": wrong}) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Invalid(
            say("This is not YAML."), {"source": say("It holds characters or depths that YAML cannot.")}
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise Invalid(say("This is no flow."), {"source": say("Begin with name, start and steps.")})
    return node


def _refuse_references(source: str) -> None:
    """No anchors and no tags: a flow is data, and a page of it must stay a page when it is read."""
    depth = 0
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        has_reference = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None
        if has_reference or _tag_of(event) is not None or depth > DEEPEST:
            raise yaml.MarkedYAMLError(
                problem=say("anchors, tags and deep nesting have no place here"), problem_mark=event.start_mark
            )


def _tag_of(event: Any) -> str | None:
    tag: str | None = getattr(event, "tag", None)
    return tag


def entries(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    """The pairs of a mapping, by the key as written."""
    for key, value in node.value:
        yield (str(key.value) if isinstance(key, yaml.ScalarNode) else "?", value)


def scalar(node: yaml.Node | None) -> str | None:
    """One value as it was written, None for a list or a mapping."""
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else None


def listed(node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a list; one value alone is a list of it."""
    if node is None:
        return []
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]
