"""Code and logs within a question, cut to what tells problems apart: the first line and the errors."""

import re

MAX_KEPT = 4
"""Lines: the first and up to three that name an error."""

MAX_LINE = 120
"""Characters of each; an error's name and its message fit."""

MIN_LOG = 3
"""Lines of a log in a row before it counts as one outside a code fence."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_INDENTED = re.compile(r"(?: {4}|\t)\s*\S")
_ERROR = re.compile(
    r"\b\w{0,60}(?:error|exception|warning|failure|fatal|panic|denied|refused|not found|timed? ?out|"
    r"invalid|cannot|failed)\b"
    r"|\bE(?:RR)?[_-]?[A-Z0-9_]{3,40}\b|\b0x[0-9a-f]{4,16}\b|\bHTTP[/ 0-9.]{0,6}\s[45]\d\d\b|\berrno\b|"
    r"\b[45]\d\d [A-Z][a-z]+",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"^[\s\[(]*(?:\w{3} )?(?:\d{4}[-/.]\d\d?[-/.]\d\d?[T ]?|"
    r"\w{3}\s{1,2}\d{1,2} )?(?:\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?"
    r"(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?[\])\s|:-]*"
)
_LOG_LINE = re.compile(
    r"\s*(?:"
    r"[\[(]?\d{4}[-/.]\d\d?[-/.]\d\d?[T ]\d|[\[(]?\d{1,2}:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|at [\w$.<>]{1,200}\(|File \"|Traceback \(|Caused by:|\.{3} \d+ more|goroutine \d"
    r"|\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|TRACE)\b"
    r"|[$%#] \w|[}\])];?,?\s*$|\{\s*$|\"[\w.-]{1,60}\"\s*:|</?\w+[ >]|[\w.]{1,60}\(.{0,200}\);?\s*$"
    r")"
)


def shorten_code(lines: list[str]) -> list[str]:
    """The lines of a text, each run of code or log in it replaced by its first line and its errors."""
    kept: list[str] = []
    run: list[str] = []
    fence = ""
    previous = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence or mark:
            if not fence and mark:
                kept.extend(_end_log(run))
                run, fence = [], mark.group(1)
            elif mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
                kept.extend(_essence(run))
                run, fence = [], ""
            else:
                run.append(line)
        elif _LOG_LINE.match(line) or (_INDENTED.match(line) and (run or not previous.strip())):
            run.append(line)
        elif line.strip() or not run:
            kept.extend([*_end_log(run), line])
            run = []
        previous = line
    return [*kept, *(_essence(run) if fence else _end_log(run))]


def _end_log(run: list[str]) -> list[str]:
    return _essence(run) if len(run) >= MIN_LOG else run


def _essence(run: list[str]) -> list[str]:
    filled = [_TIME.sub("", line[:400]).strip() for line in run]
    filled = [line for line in filled if re.search(r"\w{2}", line)]
    errors = [line for line in filled[1:] if _ERROR.search(line)]
    chosen = filled[:1] + errors[-(MAX_KEPT - 1) :]
    return list(dict.fromkeys(line[:MAX_LINE] for line in chosen))
