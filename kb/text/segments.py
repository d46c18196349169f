"""One message may hold several problems; each wants its own answer. Cutting too much is worse than too little: a
fragment joins the wrong cluster, a whole message joins a fair one."""

import re

from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_parts import own_lines
from kb.text.plain import looks_like_html

MAX_SEGMENTS = 5
"""What comes after stays with the fifth, so nothing that was asked is lost."""

MIN_LENGTH = 25
"""Characters. Shorter pieces ("Also, the logo?") say too little to be compared by meaning."""

MAX_LOOKED_AT = 50_000
"""Characters; a longer message is a log, not a list of problems."""

_FLAGS = re.IGNORECASE
_ITEM = re.compile(r"(?P<indent>[ \t]{0,6})(?P<mark>\(?\d{1,2}[.):]|\(?[a-h]\)|[-*+•–])\s+(?=\S)")
_INLINE_ITEM = re.compile(r"(?<=[\s.:;?!])\(?([1-9])[.)]\s+(?=[A-Za-z])")
_NEXT_PROBLEM = re.compile(
    r"\s*(?:(?:and )?another (?:thing|question|issue|problem|point)|also,|also (?:i|we|my|our|the|how|can|"
    r"could|is|when|why)\b"
    r"|(?:my |the |a )?(?:second|2nd|third|3rd|fourth|last|final|next|other) (?:question|issue|problem|thing|point)"
    r"|secondly|thirdly|lastly|finally,|additionally|in addition|on (?:a|an) (?:different|another|"
    r"unrelated|separate|side) (?:note|topic)"
    r"|separately|besides(?: that)?,|one more (?:thing|question)|(?:a )?(?:different|separate|"
    r"unrelated) (?:question|issue|problem)"
    r"|(?:question|problem|issue) (?:#|no\.? ?)?[2-9]\b|p\.?s\.?[:,]? )",
    _FLAGS,
)
_ASKING = re.compile(
    r"\?|\b(?:how (?:do|can|to|should|long|many|much)|what|why|where|when (?:will|do|does|is|can)|which|"
    r"who|can (?:i|we|you)|could you|is (?:it|there)|do (?:you|i)"
    r"|cannot|can'?t|could ?n[o']t|does ?n[o']?t|do ?n[o']?t|did ?n[o']?t|won'?t|is ?n[o']t|are ?n[o']t|"
    r"was ?n[o']t|never|no longer|not (?:able|working|possible|showing|loading|sent|received)"
    r"|unable|fail(?:s|ed|ing|ure)?|errors?|crash\w*|broken|bug|wrong|missing|stuck|slow|freez\w+|hang(?:s|"
    r"ing)?|lost|blank|empty|twice|nothing (?:happens|at all|when)|does nothing|duplicate\w*"
    r"|need|want|would like|wish|please|help|problem|trouble|issue|refund|cancel|charged|expired|stop(?:s|"
    r"ped)|disappear\w*)\b",
    _FLAGS,
)
_STEPS = re.compile(
    r"\b(?:steps|reproduc\w+|repro|tried|follow(?:ed|ing (?:steps|things|options))|environment|versions?|"
    r"set-?up|specs?|did the following|expected|"
    r"attempted|already|configuration|workflow|options|requirements|for example|such as|context|background)\b",
    _FLAGS,
)
_STEP = re.compile(
    r"\s*(?:go to|click|open|press|select|choose|run|start|restart|install|reinstall|type|enter|log ?(?:in|"
    r"out)|sign ?(?:in|out)|navigate|create|add|download|"
    r"upload|scroll|type|wait|see|observe|notice|then|clear\w*|tried|i tried|restarted|checked|updated|"
    r"build|compile)\b",
    _FLAGS,
)
_INTRODUCTION = re.compile(
    r":\s*$|\b(?:few|two|three|four|five|several|couple of|some|\d|multiple|"
    r"following) (?:\w+ )?(?:questions?|problems?|issues?|things|requests?|points)\b",
    _FLAGS,
)


_NEXT_SENTENCE = re.compile(r"(?<=[.!?])[ \t]+(?=\S)")
_SAME_PROBLEM = re.compile(
    r"\s*also,? (?:it|this|that|these|they|the same|when|if|i (?:tried|restarted|checked))\b", _FLAGS
)


def split_problems(text: str) -> list[str]:
    """The problems in the writer's own words, still unclean: each goes through `clean_question`. One problem gives one text."""
    source = markdown_from_html(text) if looks_like_html(text) else text
    lines = own_lines(source[:MAX_LOOKED_AT])
    pieces = _listed(lines) or _numbered_in_line("\n".join(lines)) or _by_paragraph(lines)
    return _merge_tail(pieces) if len(pieces) > 1 else [text.strip()]


def _listed(lines: list[str]) -> list[str]:
    """Items of one outer list that all ask; text before it that asks is a problem of its own."""
    starts = _outer_items(lines)
    if len(starts) < 2:
        return []
    lead = "\n".join(lines[: starts[0]]).strip()
    blocks = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    blocks[-1], tail = _cut_at_paragraph(blocks[-1])
    items = ["\n".join([_ITEM.sub("", block[0], count=1), *block[1:]]).strip() for block in blocks]
    if _STEPS.search(lead.rsplit("\n\n", 1)[-1]) or not all(_is_problem(item) for item in items):
        return []
    return _with_lead(lead, items) + ([tail] if _is_problem(tail) else [])


def _outer_items(lines: list[str]) -> list[int]:
    fenced = _fenced(lines)
    marks = [(n, match) for n, line in enumerate(lines) if n not in fenced and (match := _ITEM.match(line))]
    if not marks:
        return []
    indent = min(len(match["indent"]) for _, match in marks)
    kind = next(match["mark"][-1] for _, match in marks if len(match["indent"]) == indent)
    return [number for number, match in marks if len(match["indent"]) == indent and match["mark"][-1] == kind]


def _fenced(lines: list[str]) -> set[int]:
    """Lines of fenced code: a numbered log is no list of problems."""
    inside, found = False, set()
    for number, line in enumerate(lines):
        inside ^= line.lstrip().startswith("```")
        if inside:
            found.add(number)
    return found


def _cut_at_paragraph(block: list[str]) -> tuple[list[str], str]:
    """After the last item an unindented paragraph belongs to the message again."""
    for number, line in enumerate(block[:-1]):
        if not line.strip() and block[number + 1][:1].strip():
            return block[:number], "\n".join(block[number + 1 :]).strip()
    return block, ""


def _numbered_in_line(text: str) -> list[str]:
    """ "1) the export is empty 2) the invoice is wrong" written without line breaks."""
    marks = list(_INLINE_ITEM.finditer(" " + text))
    if (
        "```" in text
        or len(marks) < 2
        or [mark.group(1) for mark in marks] != [str(number + 1) for number in range(len(marks))]
    ):
        return []
    text = " " + text
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [text[mark.end() : end].strip(" \n,;") for mark, end in zip(marks, ends, strict=True)]
    lead = text[: marks[0].start()].strip()
    if _STEPS.search(lead) or not all(_is_problem(item) for item in items):
        return []
    return _with_lead(lead, items)


def _by_paragraph(lines: list[str]) -> list[str]:
    """A paragraph that opens with "Another thing" starts a new problem; the ones between go with the one before."""
    pieces: list[str] = []
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines))
    for paragraph in (part for whole in paragraphs for part in _by_sentence(whole)):
        if pieces and _NEXT_PROBLEM.match(paragraph) and _is_problem(paragraph) and _is_problem(pieces[-1]):
            pieces.append(paragraph.strip())
        elif pieces:
            pieces[-1] = f"{pieces[-1]}\n\n{paragraph.strip()}"
        elif paragraph.strip():
            pieces.append(paragraph.strip())
    return pieces


def _by_sentence(paragraph: str) -> list[str]:
    """Cut before a sentence that opens a new problem ("Also, I was charged twice."), unless it goes on about the same one."""
    parts, begin = [], 0
    for gap in _NEXT_SENTENCE.finditer(paragraph):
        rest = paragraph[gap.end() :]
        opens = _NEXT_PROBLEM.match(rest) and not _SAME_PROBLEM.match(rest) and _is_problem(rest)
        if opens and _is_problem(paragraph[begin : gap.start()]):
            parts.append(paragraph[begin : gap.start()])
            begin = gap.end()
    return [*parts, paragraph[begin:]]


def _with_lead(lead: str, items: list[str]) -> list[str]:
    """An introduction ("I have two questions:") is no problem itself."""
    is_own_problem = _is_problem(lead) and not _INTRODUCTION.search(lead)
    return [lead, *items] if is_own_problem else items


def _is_problem(piece: str) -> bool:
    return len(piece) >= MIN_LENGTH and _ASKING.search(piece) is not None and not _STEP.match(piece)


def _merge_tail(pieces: list[str]) -> list[str]:
    return [
        *pieces[: MAX_SEGMENTS - 1],
        *(["\n\n".join(pieces[MAX_SEGMENTS - 1 :])] if len(pieces) >= MAX_SEGMENTS else []),
    ]
