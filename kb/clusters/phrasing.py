"""Short phrases out of what people wrote, ready to stand as a heading: "How do I export invoices to CSV?" -> "Export invoices to CSV".

Only what comes before a question is taken away; no word is put in that nobody wrote. English forms; a text in another
language keeps all its words, and where that is too long the label falls back to single words.
"""

import re
from functools import lru_cache

from kb.clusters.stopwords import STOPWORDS
from kb.text.redaction import redact

FEWEST_WORDS = 2
MOST_WORDS = 8
LABEL_LENGTH = 60
"""Characters: one line of a list on a phone."""

LONGEST_WORD = 30
"""Characters; longer ones are keys, not words."""

MOST_READ = 240
"""Characters of a title or first sentence that are looked at."""

KEPT_PHRASES = 512
"""A cluster's titles are read once for each audience, one after the other; redacting them anew is most of the time naming takes."""

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Order numbers, amounts, addresses, keys and what redaction masked: a phrase ends before them.
PRIVATE = re.compile(r"\[[^\]]*\]|\S+@\S+|https?://\S+|www\.\S+|\S*\d\S*|[$€£¥#]\S*|[<>{}|\\`*_~^=]+")
_CLAUSE = re.compile(
    r"[.;:!?()\[\]\"“”…\n]+|,\s|\s[-–—/]+\s|\s(?:but|because|since|so that|although|even though)\s", re.IGNORECASE
)

_ASKING = "how|why|if|whether|about|where|what"
_LEAD_INS = (
    r"(?:hi|hello|hey|please|pls|so|and|also|ok|okay|well|help(?: me)?(?: to)?|urgent|question|again|still|just|now|today|then|"
    r"actually|basically|sorry|suddenly|all|regarding|about|re)\b[,:]?",
    r"(?:can|could|would|will) (?:you|someone|anyone|somebody|anybody|u)(?: guys)?(?: please)? (?:tell|explain|help|show|advise|let)"
    rf"(?: me| us)?(?: know| understand| out| with)?(?: (?:{_ASKING}))?",
    r"(?:i|we)(?:'d| would)? (?:really )?(?:want|wanted|need|needed|like|wish|am trying|was trying|try|tried|was hoping|hope)(?: to)?"
    rf"(?: (?:know|find out|understand|figure out|learn|ask|check|see))(?: (?:{_ASKING}))?",
    rf"i(?:'m| am) (?:wondering|asking|curious|confused|not sure|unsure)(?: (?:{_ASKING}))?",
    rf"(?:do|does) (?:you|anyone|anybody|someone) know (?:{_ASKING})",
    rf"(?:any idea|no idea|not sure|tell me|explain|i don'?t (?:know|understand))(?: (?:{_ASKING}|on))?",
    r"how (?:do|can|could|should|would|must|might) (?:i|we|you|one)(?: go about)?",
    r"how to",
    r"what (?:do|can|should|must) i do (?:if|when|to)",
    r"(?:is it|would it be) possible (?:for me )?(?:to|for)",
    r"is there (?:a|any|some) way (?:to|i can|of)",
    r"(?:can|may|could|should) (?:i|we)",
    r"am i able to",
    r"(?:why )?(?:was|were|am|are) (?:i|we|you)",
    r"(?:can|could|would|will|do) (?:you|u|i|we)(?: guys)?",
    r"why (?:is|are|was|were)(?: (?:my|our|the|a|an|this|that|these|those))?(?! (?:there|it|i|you|he|she|they|we)\b)",
    r"(?:i|we)(?:'ve| have| had)? (?:noticed|think|thought|believed?|see|saw|seem|found|reali[sz]ed)(?: that)?",
    r"it (?:seems|looks like|appears)(?: that)?",
    r"(?:(?:i|we)(?:'d| would)|would) like(?: to)?",
    r"(?:i|we) (?:want|wanted|need|needed|am trying|are trying|was trying|try|tried)(?: to)?",
    r"i(?:'m| am) (?:trying|going|looking) (?:to|for)",
    r"(?:i|we)(?:'ve| have)? (?:clicked|pressed|tapped)(?: on)?",
    r"there(?:'s| is| are| was| were)(?: an?| some)?",
    r"(?:i|we)(?:'ve| have|'m| am|'re| are| was| were| had)?(?: (?:got|been|being|having|still|just|also|recently|already))*",
    r"(?:my|our|the|an?|this|these|those|some|your)",
    r"(?:when|if|after|while|whether|that|to)(?= )",
)
"""What stands before the problem itself. The longer ones first: the first that fits is taken away, until none fits."""

_LEAD_IN = re.compile(rf"(?:{'|'.join(_LEAD_INS)})\s+".replace("'?", "'").replace("'", "['’]?"), re.IGNORECASE)
_TAIL = re.compile(
    r"(?<!\blog)(?<!\bsign)(?<!\bopt)(?<!\bturn)\s+(?:please|pls|thanks|again|anymore|any more|at all|today|now|yet|help|anyone|"
    r"somebody|though|too|either|right now|for some reason|as well|and|or|but|so|to|the|a|an|my|our|of|in|on|for|with|at|by|from|is|"
    r"are|was|i|it|that|this|which|you|me|do|does|(?:do|does|did|is|are|was|wo|ca|could|would|has|have)n['’]?t)$",
    re.IGNORECASE,
)
# These begin a question whose verb would lose its form: they stay whole or are not used.
_WHOLE_QUESTION = re.compile(
    r"(?:why|what|where|when|who|which|how|do|does|did|is|are|was|were|has|have|will|can|could|would|should|am)\b",
    re.IGNORECASE,
)
# A name seldom begins so; these are beginnings of clauses that were cut off.
_LOOSE_BEGINNING = re.compile(
    r"(?:for|of|me|you|u|it|he|she|they|them|him|her|many|much|long|and|or|with|from|as|at|by|than|that|to|in|on|completing|having|know)\b|.*\b(?:it|them|i)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=KEPT_PHRASES)
def list_phrases(title: str) -> tuple[str, ...]:
    """Each clause of the title that may stand as a heading, its beginning trimmed; personal data ends a clause and is left out."""
    masked = PRIVATE.sub(" . ", redact(title[:MOST_READ]).text)
    phrases = [_trim(" ".join(part.split())) for part in _CLAUSE.split(masked)]
    return tuple(dict.fromkeys(phrase for phrase in phrases if _may_stand(phrase)))


@lru_cache(maxsize=KEPT_PHRASES)
def stems_of(phrase: str) -> tuple[str, ...]:
    """What the phrase says, each word once."""
    return tuple(dict.fromkeys(stem(word) for word in content_words(phrase)))


def _trim(clause: str) -> str:
    """Take lead-ins and loose ends away until none is left."""
    clause = clause.strip(" ,'’-/&+%")
    while True:
        shorter = _LEAD_IN.sub("", clause, count=1) if _LEAD_IN.match(clause) else clause
        shorter = _TAIL.sub("", shorter).strip(" ,'’-/&+%")
        if shorter == clause:
            return clause[:1].upper() + clause[1:]
        clause = shorter


def _may_stand(phrase: str) -> bool:
    return FEWEST_WORDS <= len(phrase.split()) <= MOST_WORDS and len(phrase) <= LABEL_LENGTH


def reads_as_a_name(phrase: str) -> bool:
    """Whether it begins as a statement does, and not as a question or as the rest of a longer sentence."""
    return not (_WHOLE_QUESTION.match(phrase) or _LOOSE_BEGINNING.match(phrase))


def content_words(text: str) -> list[str]:
    """The words that say something, lower case, in order; function words and private strings left out."""
    words = (word.replace("’", "'") for word in WORD.findall(PRIVATE.sub(" ", text.casefold())))
    return [word for word in words if 1 < len(word) <= LONGEST_WORD and word not in STOPWORDS]


_ENDING = re.compile(r"(?:'s|ings?|ied|ies|ed|es|s|e|y)$")


def stem(word: str) -> str:
    """One key for the forms of a word ("decline", "declined", "declining"); cut so little that two words seldom share it."""
    cut = _ENDING.sub("", word, count=1)
    cut = cut if len(cut) >= 3 else word
    return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] else cut
