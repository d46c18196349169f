"""What people say when they want somebody, or have had enough, by language. Pure; compared word by word, never by pattern.

A list that grows is better than a guess: whoever is not understood here is still handed over after two questions without an answer.
"""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LATIN_CAPITALS = re.compile(r"[A-Z]{3,}")

WANTS_SOMEBODY: tuple[str, ...] = (
    # English
    "talk to a person", "talk to a human", "talk to somebody", "talk to someone", "talk to an agent", "talk to support", "talk to the team",
    "speak to a person", "speak to a human", "speak to somebody", "speak to someone", "speak to an agent", "speak with a human",
    "speak with a person", "speak with someone", "speak with an agent", "speak to a representative", "speak to support",
    "talk with a human", "talk with a person", "talk with somebody", "talk with someone", "talk with an agent", "talk to a real person",
    "speak to a real person", "a real person", "a real human", "human agent", "live agent", "real agent", "human please", "agent please",
    "person please", "connect me to support", "connect me with support", "connect me to an agent", "connect me to a human",
    "contact support", "contact a human", "reach a human", "reach a person", "get me a human", "transfer me to", "customer service please",
    "open a ticket for me", "let me talk to", "let me speak to",
    # German
    "mit einem menschen sprechen", "mit einem menschen reden", "mit einer person sprechen", "mit jemandem sprechen", "mit jemandem reden",
    "mit jemanden sprechen", "mit einem mitarbeiter", "mit einer mitarbeiterin", "mit dem support sprechen", "mit dem support reden",
    "echten menschen", "echter mensch", "einen menschen bitte", "mitarbeiter bitte", "verbinden sie mich", "support kontaktieren",
    "mit dem kundendienst",
    # Arabic
    "التحدث مع شخص", "التحدث الى شخص", "التحدث إلى شخص", "أريد التحدث مع", "اريد التحدث مع", "التحدث مع موظف", "التحدث إلى موظف",
    "التحدث مع إنسان", "التحدث مع انسان", "شخص حقيقي", "موظف حقيقي", "خدمة العملاء من فضلك", "اتصل بالدعم", "التواصل مع الدعم",
    # French, Spanish, Portuguese, Italian, Dutch
    "parler à quelqu'un", "parler a quelqu'un", "parler à un humain", "parler à une personne", "parler à un agent", "un vrai humain",
    "contacter le support", "hablar con una persona", "hablar con un humano", "hablar con alguien", "hablar con un agente",
    "una persona real", "falar com uma pessoa", "falar com alguém", "falar com um humano", "falar com um atendente",
    "parlare con una persona", "parlare con qualcuno", "parlare con un operatore", "met een mens praten", "met iemand praten",
    "een echt persoon", "een medewerker spreken",
)  # fmt: skip

HAD_ENOUGH: tuple[str, ...] = (
    # English
    "this is useless", "you are useless", "you're useless", "this is ridiculous", "waste of time", "wasting my time", "fed up",
    "sick of this", "this is a joke", "so frustrating", "really frustrating", "very frustrated", "so frustrated", "i'm frustrated",
    "i am frustrated", "unacceptable", "terrible service", "worst support", "worst service", "you don't understand",
    "you do not understand", "that's not what i asked", "that is not what i asked", "not what i asked", "doesn't help at all",
    "does not help at all", "that didn't help", "that did not help", "still doesn't work", "still does not work", "still not working",
    "for the third time", "for the last time", "i give up", "what the hell", "wtf",
    # German
    "das ist nutzlos", "völlig nutzlos", "das ist lächerlich", "zeitverschwendung", "ich habe genug", "mir reicht es", "mir reichts",
    "das hilft nicht", "hilft mir nicht", "geht immer noch nicht", "funktioniert immer noch nicht", "so ein mist", "unverschämt",
    "das habe ich nicht gefragt", "ich gebe auf", "zum dritten mal",
    # Arabic
    "هذا غير مفيد", "بلا فائدة", "مضيعة للوقت", "لا يساعد", "لم يساعدني", "ما زال لا يعمل", "لا زال لا يعمل", "طفح الكيل", "غير مقبول",
    # French, Spanish, Portuguese, Italian, Dutch
    "ça ne sert à rien", "c'est inutile", "perte de temps", "j'en ai marre", "ça ne marche toujours pas", "inacceptable",
    "no sirve de nada", "esto es inútil", "pérdida de tiempo", "estoy harto", "estoy harta", "sigue sin funcionar", "inaceptable",
    "não serve para nada", "perda de tempo", "não adianta", "è inutile", "perdita di tempo", "non funziona ancora",
    "tijdverspilling", "werkt nog steeds niet",
)  # fmt: skip

AGREES = frozenset(
    "yes y yeah yep ok okay sure please do go ahead confirm ja klar gerne mach das نعم اجل موافق حسنا oui sí si sim da".split()  # noqa: SIM905
)
DECLINES = frozenset("no nope not now thanks thank you nein danke lieber nicht لا شكرا non não".split())  # noqa: SIM905
"""Words of which an answer to an offer is made up, if it is nothing else."""

DENIES: frozenset[str] = frozenset(
    """
    not don't dont no never cannot cant nobody nothing neither nor unable without nicht nie niemals kein keine keinen keiner ohne
    لا ليس بدون pas sans no sin não sem non senza niet geen zonder
    """.split()  # noqa: SIM905 - a list of thirty quoted words cannot be read
)
BEFORE = 3
"""Words before a phrase in which a denial turns it round: "I don't want to talk to a person"."""

SHOUTED_WORDS = 3
MARKS = 3
"""Capitals of so many words, or so many exclamation marks in a row, are a raised voice."""


def asks_for_somebody(text: str) -> bool:
    """Whether the text asks for a person instead of the assistant. "How do I add a person to my team" does not."""
    return _says(text, WANTS_SOMEBODY)


def has_had_enough(text: str) -> bool:
    """Whether somebody is out of patience: by what they say, or by how loud."""
    return _says(text, HAD_ENOUGH) or "!" * MARKS in text or _shouts(text)


def agrees(text: str) -> bool:
    """Whether a text is nothing but a yes."""
    words = _words(text)
    return bool(words) and AGREES.issuperset(words)


def declines(text: str) -> bool:
    """Whether a text is nothing but a no."""
    words = _words(text)
    return bool(words) and DECLINES.issuperset(words)


def contains_words(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand in the text one after the other, whatever case and marks."""
    return _find(_words(text), _words(phrase)) is not None


def _says(text: str, phrases: Iterable[str]) -> bool:
    words = _words(text)
    return any(_is_meant(words, _words(phrase)) for phrase in phrases)


def _is_meant(words: list[str], phrase: list[str]) -> bool:
    at = _find(words, phrase)
    return at is not None and not DENIES.intersection(words[max(0, at - BEFORE) : at])


def _find(words: list[str], phrase: list[str]) -> int | None:
    if not phrase:
        return None
    return next((at for at in range(len(words) - len(phrase) + 1) if words[at : at + len(phrase)] == phrase), None)


def _words(text: str) -> list[str]:
    return [word.replace("’", "'").casefold() for word in _WORD.findall(text)]


def _shouts(text: str) -> bool:
    """Not for an error's code or two abbreviations: most of the words are shouted."""
    loud = _LATIN_CAPITALS.findall(text)
    return len(loud) > SHOUTED_WORDS and 2 * sum(map(len, loud)) > sum(letter.isalpha() for letter in text)
