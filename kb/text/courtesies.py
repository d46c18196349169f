"""What an answer says to one person around what it says about the problem: greeting, sympathy, offers of more help, signature. Pure.

Nobody else needs it, and it is where a name stands most often.
"""

import re

from kb.text.cleaning import without_greeting
from kb.text.mail_parts import own_lines
from kb.text.phrases import alternatives

_COURTESIES = (
    r"(?:i'?m|i am|we'?re|we are)? ?(?:very |so |really )?sorry (?:for|about|to hear)\b.{0,120}",
    r"(?:i|we) (?:apologi[sz]e|understand how)\b.{0,120}", r"(?:my |our )?apologies\b.{0,100}",
    r"(?:please )?(?:just )?(?:let (?:me|us) know|reach out|get in touch|write (?:back|to us)|feel free to)\b.{0,140}",
    r"(?:if you )?have (?:any )?(?:other|further|more) questions.{0,80}", r"(?:i |we )?hope (?:this|that|it) helps.{0,40}",
    r"happy to help.{0,60}", r"you(?:'re| are) (?:very )?welcome.{0,30}", r"have a (?:nice|great|good|lovely) .{0,30}",
    r"(?:vielen )?dank für (?:ihre|deine|die) .{0,80}", r"(?:es )?tut (?:mir|uns) (?:sehr )?leid.{0,100}",
    r"(?:ich|wir) hoffen?,? (?:das|dies|dass).{0,80}", r"melden sie sich .{0,100}", r"(?:bei|falls sie) .{0,20}fragen.{0,80}",
    r"merci (?:de|pour) .{0,100}", r"(?:nous sommes|je suis) désolée?s? .{0,100}", r"n'hésitez pas .{0,100}",
    r"gracias por .{0,100}", r"(?:lo siento|lamentamos) .{0,100}", r"no dudes? en .{0,100}", r"شكرا .{0,100}", r"نعتذر .{0,100}",
)  # fmt: skip
"""Whole sentences. Bounded, so that no text makes them slow."""

_COURTESY = re.compile(
    rf"[\s(]*(?:{'|'.join(_COURTESIES)}|(?:{alternatives('pleasantries')}))[\s.,!:;)]*", re.IGNORECASE
)
_SALUTATION = re.compile(
    r"(?:hallo|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|moin|servus|bonjour|bonsoir|ch[eè]re?|hola|ciao|buongiorno"
    r"|buen[oa]s (?:d[ií]as|tardes)|estimad[oa]s?|dear|hi|hello|مرحبا|السلام عليكم)\b[^\n,،!:.]{0,60}[,،!][ \t]*(?:\n|$)",
    re.IGNORECASE,
)
"""A first line that greets somebody and says nothing else."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_STRUCTURE = re.compile(r"\s{0,3}(?:```|~~~|[-*+] |\d{1,4}[.)] |>|\||#|    )")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")


def without_courtesies(source: str) -> str:
    """A reply's Markdown without them and without quotes of what it answers. Code, lists and tables stay as they stand.

    A text that holds nothing else stays whole: better a courtesy too many than an empty answer.
    """
    own = "\n".join(own_lines(source)).strip()
    salutation = _SALUTATION.match(own)
    said = own[salutation.end() :] if salutation else without_greeting(own)
    blocks = [_without(block) for block in _BLANK_LINES.split(said.strip())]
    return "\n\n".join(block for block in blocks if block.strip()) or source.strip()


def _without(block: str) -> str:
    if any(_STRUCTURE.match(line) for line in block.splitlines()):
        return block
    sentences = _SENTENCE_END.split(block)
    kept = [sentence for sentence in sentences if not _COURTESY.fullmatch(sentence[:300])]
    return block if len(kept) == len(sentences) else " ".join(kept)
