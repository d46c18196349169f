"""The last gate: an allow list that holds exactly what our renderer makes, and cleans whatever else comes."""

import re

import nh3

from kb.text.highlighting import CLASSES as CODE_CLASSES
from kb.text.pictures import allows_picture

SCHEMES = {"http", "https", "mailto"}

TAGS = {
    "a", "blockquote", "br", "code", "del", "details", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input",
    "li", "ol", "p", "pre", "s", "section", "span", "strong", "summary", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip

ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height", "srcset", "sizes"},
    "input": {"aria-label", "checked", "disabled", "class"},
    "li": {"class", "id"},
    "ol": {"class", "start"},
    **{tag: {"class"} for tag in ("details", "hr", "section", "sup", "td", "th", "ul")},
    "span": {"class", "tabindex"},
}

_CLASSES = {
    "a": {"footnote-backref", "mention", "topic-link"},
    "details": {"spoiler"},
    "hr": {"footnotes-sep"},
    "input": {"task-list-item-checkbox"},
    "li": {"footnote-item", "task-list-item"},
    "ol": {"contains-task-list", "footnotes-list"},
    "section": {"footnotes"},
    "span": {"spoiler"} | CODE_CLASSES,
    "sup": {"footnote-ref"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
    "ul": {"contains-task-list"},
}
TASK_STATES = ("Done", "To do")
"""What a reader hears of a task's box."""

_LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}")
_FOOTNOTE_ID = re.compile(r"fn(ref)?-[0-9a-f]{12}-[0-9]+(:[0-9]+)?")


def clean_html(html: str) -> str:
    """Only listed elements, attributes, classes, ids and schemes are left; links say that people wrote them."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed_value,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        set_tag_attribute_values={
            "img": {"loading": "lazy", "referrerpolicy": "no-referrer"},
            "pre": {"tabindex": "0"},  # a block of code that is scrolled must be so by the keyboard too
        },
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return _allowed_classes(tag, value)
    is_refused = (
        (attribute == "id" and not _FOOTNOTE_ID.fullmatch(value))
        or (attribute == "tabindex" and value != "0")
        or (attribute == "aria-label" and value not in TASK_STATES)
        or (tag == "img" and not allows_picture(attribute, value))
    )
    return None if is_refused else value


def _allowed_classes(tag: str, value: str) -> str | None:
    if tag == "code":
        return value if _LANGUAGE.fullmatch(value) else None
    return " ".join(name for name in value.split() if name in _CLASSES.get(tag, ())) or None
