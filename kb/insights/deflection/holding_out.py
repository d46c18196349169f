"""Who is shown suggestions, and who asks without them so that we learn what they are worth. Pure."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

Arm = Literal["shown", "held"]
Surface = Literal["ask", "ticket", "widget"]

MOST_HELD = 0.5
"""Beyond half, the shown would be the smaller arm: the interval grows again and more people go without."""

_SECURITY_WORDS = (
    "hack", "phish", "malware", "ransom", "virus", "trojan", "spyware", "exploit", "vulnerab", "breach", "leak", "stolen", "theft",
    "compromis", "unauthori", "fraud", "scam", "spoof", "impersonat", "cve", "security",
    "gehackt", "datenleck", "sicherheit", "gestohlen", "kompromitt", "betrug", "missbrauch", "schadsoftware", "angriff",
    "pirat", "hameçon", "faille", "sécurité", "volé", "fuite", "escroc",
    "robad", "robo", "seguridad", "estafa", "fuga", "vulner", "seguranç", "roub", "golpe", "vazament", "sicurezza", "rubat", "truff",
    "veiligheid", "gestolen", "lek", "oplicht",
    "взлом", "украл", "украд", "утечк", "мошенн", "безопасн", "فيروس", "اختراق", "تصيد", "تسريب",
    "ثغرة", "سرق", "احتيال", "أمان", "漏洞", "泄露", "被盗", "黑客", "钓鱼", "詐欺", "不正", "漏えい", "乗っ取",
)  # fmt: skip
"""How words begin that are about an account or data in danger. Too many rather than too few: whoever is caught by mistake merely
is shown what everybody is shown."""

_SECURITY_PHRASES = (
    "someone else", "somebody else", "taken over", "took over", "not me", "without my permission", "identity theft",
    "jemand anderes", "ohne meine", "quelqu'un d'autre", "alguien más", "شخص آخر",
)  # fmt: skip


def choose_arm(person_id: UUID, *, share: float, key: str, at: datetime) -> Arm:
    """The arm of a person in the month of `at`: `share` (0 to 1) of all people are held, and more of it adds people without
    moving those already held. `key` is the installation's secret, so that nobody finds out beforehand."""
    digest = hmac.new(key.encode(), f"holdout:{at:%Y-%m}:{person_id}".encode(), sha256).digest()
    return "held" if int.from_bytes(digest[:8]) / 2**64 < min(share, MOST_HELD) else "shown"


def is_about_security(text: str) -> bool:
    """Whether somebody may be in danger: then nothing that helps is kept from them."""
    said = " ".join(text.casefold().split())
    words = "".join(letter if letter.isalnum() else " " for letter in said).split()
    is_named = any(word.startswith(_SECURITY_WORDS) for word in words)
    return is_named or any(phrase in said for phrase in (*_SECURITY_PHRASES, *_WITHOUT_SPACES))


_WITHOUT_SPACES = tuple(word for word in _SECURITY_WORDS if word[0] > "\u2e80")
"""Chinese and Japanese put no spaces between words: theirs may stand anywhere."""
