"""Another's words as they stand in one's own text. Pure."""

import re

MOST_LINES = 12
"""A longer quotation is scrolled past; its link leads to the whole."""

MOST = 1200
"""Characters, for texts whose lines are whole paragraphs."""

_MARKUP = re.compile(r"([\\\[\]_*`<>&~|@#])")


def quote_markdown(author: str, href: str, source: str) -> str:
    """A block of Markdown that says who wrote it and leads there; quotations within it and the fences of blocks are left out."""
    lines = [line for line in source[:MOST].splitlines() if not line.lstrip().startswith((">", ":::"))]
    kept = "\n".join(lines).strip().splitlines()
    shown = _close_code(kept[:MOST_LINES])
    if len(kept) > MOST_LINES or len(source) > MOST:
        shown.append("…")
    name = _MARKUP.sub(r"\\\1", " ".join(author.split()))
    return "\n".join(["> [" + name + "](" + href + ") wrote:", ">", *(f"> {line}".rstrip() for line in shown)]) + "\n\n"


def _close_code(lines: list[str]) -> list[str]:
    """A block of code that was cut ends all the same."""
    fences = sum(line.lstrip().startswith("```") for line in lines)
    return [*lines, "```"] if fences % 2 else lines
