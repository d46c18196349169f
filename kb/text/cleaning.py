"""From what somebody sent to what they ask: the text that is embedded, compared and counted.

Whatever is thrown away here can never tell two questions apart, and whatever stays and should not makes strangers alike
(two people thank in the same words). When in doubt a sentence stays.
"""

import html
import re
import unicodedata

from kb.text.code_dumps import shorten_code
from kb.text.html_to_markdown import markdown_from_html
from kb.text.mail_parts import own_lines
from kb.text.phrases import alternatives
from kb.text.plain import looks_like_html

QUESTION_LENGTH = 600
"""Characters embedded. The model reads 256 word pieces, about 1,000 characters of English; people state the problem in
the first few sentences and describe their set-up after that."""

MAX_CLEANED = 50_000
"""Characters looked at; what a question asks stands long before that."""

_FLAGS = re.IGNORECASE
_NAME = r"@?[A-Z][\w.'-]{1,25}"
_GREETING = re.compile(
    rf"\s*(?i:{alternatives('greetings')})\b(?:[ ,]{{1,3}}(?:(?i:{alternatives('addressees')})\b|{_NAME})){{0,4}}\s*"
    rf"(?:[,.!:;)–—-]+\s*|\n\s*|$|(?=(?i:{alternatives('openers')})\b))"
)
_TO_SOMEBODY = re.compile(
    rf"\s*(?i:{alternatives('greetings')}[ ,]{{1,3}}{alternatives('addressees')})\b[\s,.!:;-]*", _FLAGS
)
_PLEASANTRY = re.compile(rf"[\s(]*(?:{alternatives('pleasantries')})[\s.,!:;)(^D-]*", _FLAGS)
_LAST_WORDS = re.compile(
    r"[,;.]?\s(?:many )?(?:thanks|thank you|thx)(?: in advance| a lot| so much|"
    r" very much)?[\s.!]*$",
    _FLAGS,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\bi\.e\.)(?<!\be\.g\.)\s+(?=\S)")
_URL = re.compile(r"\b(?:https?|ftp)://([^\s<>()\[\]\"'`]{1,2000})", _FLAGS)
_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\]\([^()\s]{0,2000}[^()]{0,300}\)")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.){1,500})\]\(([^()\s]{0,2000})[^()]{0,300}\)")
_REFERENCE = re.compile(r"\[([^\[\]]{1,500})\]\[[^\[\]]{0,100}\]|^\s{0,3}\[[^\[\]]{1,100}\]:\s.*$", re.MULTILINE)
_LINE_SYNTAX = re.compile(
    r"^\s*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s)?|\d{1,3}[.)]\s+|(?:[-*_]\s?){3,}$|\|?[\s|:-]{3,}$|(?:=+|-+)\s*$)",
    re.MULTILINE,
)
_EMPHASIS = re.compile(
    r"(\*{1,3}|~~)(?=\S)([^*~\n]{1,500}?)(?<=\S)\1|(?<!\w)(_{1,3})(?=\S)([^_\n]{1,500}?)(?<=\S)\3(?!\w)"
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,500})?/?>")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_LONG_TOKEN = re.compile(r"(?<!\S)(?=\S{0,200}\d)[^\s?]{40,}")
_STRAIGHT_QUOTES = str.maketrans("‘’“”´`", "''\"\"''")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f]")


def clean_question(text: str) -> str:
    """The asking part on one line. Never empty for a text that is not: at worst the text itself, trimmed."""
    source = _INVISIBLE.sub("", text[:MAX_CLEANED])
    if looks_like_html(source):
        source = markdown_from_html(source)
    lines = shorten_code(own_lines(source))
    cleaned = _without_frame(_without_syntax("\n".join(lines)))
    return cleaned or _fold(_without_syntax(source)) or " ".join(text.split())


def question_text(title: str, body: str) -> str:
    """Title first, then as much of the cleaned body as fits, whole sentences where possible."""
    heading = _fold(_without_syntax(_INVISIBLE.sub("", title)))[:QUESTION_LENGTH]
    asked = clean_question(body) if body.strip() else ""
    if not heading or normalise(asked).startswith(normalise(heading)):
        return cut_at_sentence(asked or heading, QUESTION_LENGTH)
    if not asked:
        return heading
    joint = " " if heading[-1] in ".?!:…" else ". "
    return cut_at_sentence(heading + joint + asked, max(QUESTION_LENGTH, len(heading)))


def is_pleasantry(sentence: str) -> bool:
    """Whether a whole sentence greets, thanks or wishes well and says nothing else."""
    short = sentence.strip()[:300]
    greeting = _GREETING.match(short) or _TO_SOMEBODY.match(short)
    return bool(_PLEASANTRY.fullmatch(short)) or (greeting is not None and greeting.end() == len(short))


def normalise(text: str) -> str:
    """Equal for texts that differ in case, spacing, quote marks or final punctuation alone: what is hashed.

    A trailing space once gave a rival's help centre two answers that contradicted each other.
    """
    folded = _INVISIBLE.sub("", text).translate(_STRAIGHT_QUOTES)
    for _ in range(2):  # folding case can undo the normal form ("ß" with an accent), and the other way round
        folded = unicodedata.normalize("NFKC", folded.casefold())
    folded = " ".join(_INVISIBLE.sub("", folded).split())
    return folded.rstrip(" .,;:!?…。！？\"'") or folded


def cut_at_sentence(text: str, length: int) -> str:
    """At most `length` characters, ending with a sentence if one ends in the second half, else with a word."""
    if len(text) <= length:
        return text
    head = text[: length + 1]
    ends = [end.start() for end in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= length // 2:
        return head[: ends[-1]]
    word_end = head.rfind(" ")
    return (head[:word_end] if word_end > length // 2 else head[:length]).rstrip(" ,;:-")


def url_words(address: str) -> str:
    """`www.example.com/billing/refund-policy?id=7` as `example.com billing refund policy`; ids and queries tell nothing."""
    host, _, path = address.partition("/")
    host = host.rsplit("@", 1)[-1].removeprefix("www.").split(":")[0]
    words = re.findall(r"[^\W\d_]{2,}", re.split(r"[?#]", path)[0])
    return " ".join([host.rstrip(".,;!?"), *[word for word in words if len(word) <= 20][:6]])


def _without_syntax(text: str) -> str:
    text = _IMAGE.sub(r" \1 ", text)
    text = _LINK.sub(lambda link: link[1] if "://" not in link[1] else f" {link[2]} ", text)
    text = _REFERENCE.sub(lambda link: link[1] or "", text)
    text = _URL.sub(lambda url: url_words(url[1]), text)
    text = _LINE_SYNTAX.sub("", text)
    text = _EMPHASIS.sub(lambda marked: marked[2] or marked[4], text)
    text = html.unescape(_TAG.sub(" ", text)).replace("`", "")
    return _LONG_TOKEN.sub(" ", _ESCAPED.sub(r"\1", text))


def _without_frame(text: str) -> str:
    """Drops the greeting in front and the sentences that ask nothing, wherever they stand."""
    lines = without_greeting(text.strip()).splitlines()
    sentences = [sentence for line in lines for sentence in _SENTENCE_END.split(line.strip())]
    asking = _fold(" ".join(sentence for sentence in sentences if not _PLEASANTRY.fullmatch(sentence[:300])))
    return _fold(_LAST_WORDS.sub("", without_greeting(asking)))


def without_greeting(text: str) -> str:
    """The text behind "Hello Ines,"; one that is a greeting and nothing else stays."""
    greeting = _GREETING.match(text) or _TO_SOMEBODY.match(text)
    return text[greeting.end() :] if greeting and greeting.end() < len(text) else text


def _fold(text: str) -> str:
    return " ".join(text.replace("|", " ").split())
