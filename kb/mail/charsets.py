"""Bytes as text, by what they claim to be and, where that is wrong, by what they are."""

import re

_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "utf8mb4": "utf-8",
}
"""As browsers read them: each is a part of the other, and mail programs say the one and send the other."""

_KNOWN = re.compile(r"(?:utf|iso|cp|windows|koi8|gb|big5|euc|shift|hz|johab|mac|x-mac|ptcp|viscii|tcvn)[\w-]{0,30}")
"""Python has "charsets" besides that are none, as `unicode_escape`."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text_of(raw: bytes, charset: str) -> str:
    """Never refuses: what fits no charset is shown with the sign for an unknown character."""
    for name in (_codec(charset), "utf-8", "cp1252"):
        try:
            return cleaned(raw.decode(name))
        except (UnicodeError, LookupError, ValueError):
            continue
    return cleaned(raw.decode("utf-8", "replace"))


def cleaned(text: str) -> str:
    """Line feeds alone end lines, and nothing is left that Postgres cannot hold."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))


def _codec(charset: str) -> str:
    name = charset.strip().strip("'\"").lower()
    name = _ALIASES.get(name, name)
    return name if _KNOWN.fullmatch(name) else "utf-8"
