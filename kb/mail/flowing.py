"""Text that was wrapped so that it can be unwrapped again (RFC 3676, format=flowed)."""

DELIMITER = "-- "
"""Stands above a signature, its space included."""


def unflowed(text: str, *, deletes_spaces: bool = False) -> str:
    """Paragraphs on one line each, quotes as `> `; the signature's delimiter stays a line of its own."""
    lines: list[list[str]] = []
    depth_before, is_open = 0, False
    for line in text.split("\n"):
        depth, content = _quoting(line)
        joins = is_open and depth == depth_before and content != DELIMITER
        is_open = content.endswith(" ") and content != DELIMITER
        piece = content[:-1] if is_open and deletes_spaces else content
        if joins:
            lines[-1].append(piece)
        else:
            lines.append(["> " * depth, piece])
        depth_before = depth
    return "\n".join(_line("".join(pieces)) for pieces in lines)


def _line(text: str) -> str:
    return text if text == DELIMITER else text.rstrip(" ")


def _quoting(line: str) -> tuple[int, str]:
    depth = len(line) - len(line.lstrip(">"))
    content = line[depth:]
    return depth, content.removeprefix(" ")
