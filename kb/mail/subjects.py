"""Subjects without what mail programs put in front of them, each in its owner's language."""

import re

_REPLY = (
    "re", "ref", "rép", "ré", "réf", "aw", "antw", "antwort", "sv", "svar", "vs", "res", "rif", "r", "odp", "ynt", "yan", "cevap",
    "vá", "válasz", "bls", "balas", "atb", "απ", "σχετ", "отв", "ответ", "на", "відп", "відповідь", "răspuns", "răsp", "trả lời", "tl",
    "השב", "תגובה", "رد", "回复", "回覆", "答复", "返信", "회신", "답장", "ตอบ",
)  # fmt: skip
_FORWARD = (
    "fwd", "fw", "wg", "weitergeleitet", "tr", "trans", "transf", "rv", "reenv", "enc", "i", "doorst", "vb", "vl", "vid", "fs", "pd",
    "ilt", "továbbítás", "trs", "terusan", "πρθ", "προωθ", "пересл", "пер", "переслано", "redir", "chuyển tiếp", "ct",
    "הועבר", "إعادة توجيه", "转发", "轉寄", "轉發", "転送", "전달", "ส่งต่อ",
)  # fmt: skip
_MAX_PREFIXES = 30


def _prefix(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(words)})\s?(?:[\[(^]?\d{{1,3}}[\])]?)?\s?[:：]\s*", re.IGNORECASE)


_ANY = _prefix((*_REPLY, *_FORWARD))
_FORWARDED = _prefix(_FORWARD)


def without_prefixes(subject: str) -> str:
    """What it is about; a subject of prefixes alone is empty."""
    for _ in range(_MAX_PREFIXES):
        found = _ANY.match(subject)
        if found is None:
            break
        subject = subject[found.end() :]
    return subject.strip()


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix says that it was passed on."""
    return _FORWARDED.match(subject) is not None
