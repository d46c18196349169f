"""Which element was clicked: a fingerprint that lasts from visit to visit, and whether bursts are normal on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kb.signals.wire.json_text import Json, as_object, as_text

MAX_ELEMENTS = 20
"""Innermost first; nothing beyond tells elements apart."""
MAX_CHAIN = 40_000
MAX_FINGERPRINT = 160
MAX_TEXT = 120
_MAX_NAMING_TEXT = 40
"""A longer text is content, not a label."""

# The closing quote is optional, so that no match ever fails at the far end: both run in time linear in the chain.
_PART = re.compile(r'(?:[^;"\\]|\\.|"(?:[^"\\]|\\.)*"?)+', re.S)
_ATTRIBUTE = re.compile(r'([\w$:.@-]{1,60})="((?:[^"\\]|\\.)*)"?', re.S)
_CLIMB = 5
_CONTROL_TAGS = frozenset({"a", "button", "input", "select", "textarea", "label", "summary", "option"})
_CONTROL_ROLES = frozenset({"button", "link", "menuitem", "tab", "switch", "checkbox", "radio", "option", "spinbutton"})
_NAMING_ATTRIBUTES = ("data-attr", "data-testid", "data-test", "name", "aria-label")
_GENERATED = re.compile(r"\d{3,}|^:r|^radix-|^headlessui-|[0-9a-f]{8,}")
"""Ids that frameworks count up (`radix-:r3:`, `input-48213`) differ on each visit and name nothing."""

_IGNORE_CLASSES = frozenset({"ph-no-rageclick", "ph-no-capture", "no-rageclick"})
_BURST_CLASSES = re.compile(
    r"(?:^|[-_ ])(?:pagination|pager|paginator|stepper|spinner|carousel|slider|calendar|datepicker|timepicker)", re.I
)
_BURST_LABELS = frozenset(
    {"next", "previous", "prev", "back", "forward", "more", "less", "play", "pause", "undo", "redo"}
    | {"next page", "previous page", "next month", "previous month", "increase", "decrease", "zoom in", "zoom out"}
    | set("<>+-‹›«»←→−–＋▲▼↑↓")
    | {"<<", ">>"}
)
"""PostHog's list (loop.md 2a) and the arrows and words that mean the same."""
_BURST_INPUTS = frozenset({"number", "range", "date", "time", "datetime-local", "month", "week", "color"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the clicked branch of the page."""

    tag: str
    classes: tuple[str, ...]
    attributes: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Clicked:
    """What the detectors and the friction points need to know of a click."""

    fingerprint: str | None = None
    text: str | None = None
    expects_bursts: bool = False


def read_clicked(properties: Json) -> Clicked:
    """The clicked control, from `$elements_chain` (text) or `$elements` (list), whichever the library's age brought."""
    chain = properties.get("$elements_chain")
    elements = list(parse_chain(chain)) if isinstance(chain, str) else list(_from_list(properties.get("$elements")))
    if not elements:
        return Clicked(text=as_text(properties.get("$el_text"), MAX_TEXT))
    control, within = _control(elements)
    text = next((one.text for one in [control, *within] if one.text), "") or as_text(
        properties.get("$el_text"), MAX_TEXT
    )
    return Clicked(fingerprint(control, text or ""), text or None, _expects_bursts(elements, control, text))


def parse_chain(chain: str) -> Iterator[Element]:
    """Elements of `button.btn:attr__id="pay"text="Pay";form:…`. Broken text yields what could be read of it."""
    for index, part in enumerate(_PART.finditer(chain[:MAX_CHAIN])):
        if index >= MAX_ELEMENTS:
            return
        head, _, tail = part.group().partition(":")
        names = head.split(".")
        if names[0]:
            yield _element(names[0], names[1:], {key: _unescape(value) for key, value in _ATTRIBUTE.findall(tail)})


def _from_list(value: Any) -> Iterator[Element]:
    for item in value[:MAX_ELEMENTS] if isinstance(value, list) else []:
        raw = as_object(item)
        tag = as_text(raw.get("tag_name"), 40)
        if tag:
            classes = raw.get("classes") or raw.get("attr_class") or []
            attributes = {key: text for key, item in raw.items() if (text := as_text(item, 500))}
            attributes["text"] = attributes.get("$el_text", attributes.get("text", ""))
            yield _element(tag, [str(name) for name in classes] if isinstance(classes, list) else [], attributes)


def _element(tag: str, classes: Sequence[str], raw: dict[str, str]) -> Element:
    attributes = {key.removeprefix("attr__"): value for key, value in raw.items() if key.startswith("attr__")}
    names = tuple(name for name in classes if name) or tuple(attributes.get("class", "").split())
    return Element(tag.lower()[:40], names[:20], attributes, " ".join(raw.get("text", "").split())[:MAX_TEXT])


def _unescape(value: str) -> str:
    return value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value


def _control(elements: Sequence[Element]) -> tuple[Element, Sequence[Element]]:
    """The button around the icon that was hit, and what lies inside it.

    People mean the control; libraries report what lay on top.
    """
    for index, element in enumerate(elements[:_CLIMB]):
        if element.tag in _CONTROL_TAGS or element.attributes.get("role") in _CONTROL_ROLES:
            return element, elements[:index]
    return elements[0], ()


def fingerprint(control: Element, text: str) -> str:
    """`button#pay`, else `button[name=pay]`, else `button "Pay now"`, else `button.btn.primary`: steadiest first."""
    found = control.attributes.get("id", "").strip()
    if found and not _GENERATED.search(found):
        return f"{control.tag}#{found}"[:MAX_FINGERPRINT]
    for attribute in _NAMING_ATTRIBUTES:
        value = control.attributes.get(attribute, "").strip()
        if value and not _GENERATED.search(value):
            return f"{control.tag}[{attribute}={value}]"[:MAX_FINGERPRINT]
    if text and len(text) <= _MAX_NAMING_TEXT and control.tag in _CONTROL_TAGS:
        return f'{control.tag} "{text}"'
    steady = [name for name in control.classes if not _GENERATED.search(name)]
    return ".".join([control.tag, *steady[:2]])[:MAX_FINGERPRINT]


def expects_bursts(text: str | None) -> bool:
    """Whether a label alone says that people click it many times on purpose."""
    return bool(text) and str(text).strip().lower() in _BURST_LABELS


def _expects_bursts(elements: Sequence[Element], control: Element, text: str | None) -> bool:
    """Steppers, pagers and date pickers are clicked fast by happy people: most false alarms (loop.md 3)."""
    if any(_IGNORE_CLASSES.intersection(element.classes) for element in elements):
        return True
    near = elements[:_CLIMB]
    if any(_BURST_CLASSES.search(" ".join(element.classes)) for element in near):
        return True
    return _is_typed_into(control) or expects_bursts(text) or expects_bursts(control.attributes.get("aria-label"))


def _is_typed_into(element: Element) -> bool:
    kind = element.attributes.get("type", "text").lower()
    if element.tag == "textarea" or element.attributes.get("contenteditable") in ("", "true", "plaintext-only"):
        return True
    if element.attributes.get("role") == "spinbutton":
        return True
    return element.tag == "input" and (
        kind in _BURST_INPUTS or kind in ("text", "search", "email", "password", "tel", "url")
    )
