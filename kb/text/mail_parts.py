"""Of a message written as mail, the lines its writer wrote: no quoted messages, no signature, no small print."""

import re

from kb.text.phrases import DISCLAIMERS, OTHER_DEVICE_LINES, OTHER_HEADER_NAMES, OTHER_REPLY_HEADERS, alternatives

SIGNATURE_LINES = 10
"""A signature is a name, a title, a company, a few numbers. More lines than that after a closing are text."""

SIGNATURE_WORDS = 8
"""And each of its lines is short."""

LINES_AHEAD = 60
"""How far a signature and the small print below it are looked for, blank lines included."""

_FLAGS = re.IGNORECASE
_REPLY_HEADER = re.compile(
    rf"[\s>*_-]*(?:{alternatives('reply_headers')}|{'|'.join(OTHER_REPLY_HEADERS)})\s*[:：]?[\s*_-]*", _FLAGS
)
_ORIGINAL = re.compile(
    r"[\s>]*(?:-{3,}|_{3,})\s?(?:original|forwarded|ursprüngliche|message d'origine|mensaje original|"
    r"messaggio originale|oorspronkelijk)\b.{0,60}",
    _FLAGS,
)
_HEADER_LINE = re.compile(
    rf"[\s>]*\*{{0,2}}(?:{alternatives('header_names')}|{OTHER_HEADER_NAMES})\s?:\*{{0,2}}\s.{{0,300}}", _FLAGS
)
_DELIMITER = re.compile(r"\s*(?:--|—|_{2,}|\\--|-\\-)\s*\\?\s*")
_DEVICE = re.compile(rf"[\s*_\[(-]*(?:{alternatives('device_lines')}|{OTHER_DEVICE_LINES})\s*", _FLAGS)
_CLOSING = re.compile(rf"[\s*_]*{alternatives('closings')}[\s,.!*_-]*", _FLAGS)
_DISCLAIMER = re.compile(rf"[\s*_]*(?:{'|'.join(DISCLAIMERS)})", _FLAGS)


def own_lines(text: str) -> list[str]:
    """The writer's lines. Code fences are kept whole, even where their lines look like quotes."""
    lines = _without_quotes(_join_split_headers(text.splitlines()))
    return _without_signature(lines)


def reply_lines(text: str) -> list[str]:
    """The same for what is shown to people: a last "Thank you!" with no signature below it is kept."""
    own = own_lines(text)
    unquoted = _filled(_without_quotes(_join_split_headers(text.splitlines())))
    rest = unquoted[len(_filled(own)) :]
    is_last_word = len(rest) == 1 and _CLOSING.fullmatch(rest[0][:120]) and not _DELIMITER.fullmatch(rest[0])
    return [*own, *rest] if is_last_word else own


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _join_split_headers(lines: list[str]) -> list[str]:
    """Mail programs wrap a long "On Tuesday ..., Ann Example <ann@example.com> wrote:" over two or three lines."""
    joined: list[str] = []
    for line in lines:
        opened = (
            joined and len(joined[-1]) < 160 and re.match(r"[\s>]*(?:on|am|le|el|il|op|em)\s.*\d", joined[-1], _FLAGS)
        )
        if opened and re.search(
            r"\b(?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu)\b.{0,40}:\s*$", line, _FLAGS
        ):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip(' >')}"
        else:
            joined.append(line)
    return joined


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if fenced:
            kept.append(line)
        elif _ORIGINAL.fullmatch(line) or _is_header_block(lines[number : number + 6]):
            break
        elif _REPLY_HEADER.fullmatch(line[:400]):
            if any(line.strip() for line in kept) and not _is_quote_next(lines[number + 1 : number + 1 + LINES_AHEAD]):
                break
        elif not line.lstrip().startswith(">"):
            kept.append(line)
    return kept


def _is_header_block(lines: list[str]) -> bool:
    """Three of From, Sent, To, Subject in a row: an older message begins."""
    if not lines or not _HEADER_LINE.fullmatch(lines[0]):
        return False
    return len({line.strip(" >*").split(":")[0].lower() for line in lines if _HEADER_LINE.fullmatch(line)}) >= 3


def _is_quote_next(lines: list[str]) -> bool:
    return next((line.lstrip().startswith(">") for line in lines if line.strip()), True)


def _without_signature(lines: list[str]) -> list[str]:
    kept: list[str] = []
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if fenced:
            kept.append(line)
        elif _DISCLAIMER.match(line) or _opens_signature(line, lines[number + 1 : number + 1 + LINES_AHEAD]):
            break
        elif not _DEVICE.fullmatch(line[:200]):
            kept.append(line)
    return kept


def _opens_signature(line: str, rest: list[str]) -> bool:
    """The delimiter of mail (RFC 3676) may be followed by anything short; after "Thanks," each line must be short too."""
    is_delimiter = _DELIMITER.fullmatch(line) is not None
    if not is_delimiter and not _CLOSING.fullmatch(line[:120]):
        return False
    filled = [one for one in rest if one.strip()]
    small_print = next((at for at, one in enumerate(filled) if _DISCLAIMER.match(one)), len(filled))
    if small_print > SIGNATURE_LINES:
        return False
    return is_delimiter or all(_is_short(one) for one in filled[:small_print])


def _is_short(line: str) -> bool:
    return len(line.split()) <= SIGNATURE_WORDS and not line.rstrip().endswith("?")
