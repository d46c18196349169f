"""The picture that stands for a page where it is linked: what it is about, where, and how many people it concerns."""

import hashlib
import io
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
"""What every site that shows such pictures takes without cutting (ratio 1.91)."""

DESIGN = 1
"""Part of the mark: a change of looks makes new pictures."""

_EDGE = 84
_SIZES = (76, 66, 58, 52)
_LINES = 4
_PAPER, _INK, _QUIET, _ACCENT, _SOFT, _SPOT = "#fbfdfc", "#14211c", "#566660", "#0d5b49", "#e2f2ec", "#e3a93a"
_RANGES = {
    "latin": "0-ff 131 152-153 2bb-2bc 2c6 2da 2dc 2000-206f 20ac 2122 2191 2193 2212 2215",
    "latin-ext": "100-2ba 2bd-2c5 2c7-2cc 2ce-2d7 2dd-2ff 1d00-1dbf 1e00-1e9f 1ef2-1eff 20a0-20ab 20ad-20c0 2113",
    "cyrillic": "301 400-45f 490-491 4b0-4b1 2116",
    "greek": "370-377 37a-37f 384-38a 38c 38e-3a1 3a3-3ff",
}
"""What each part of the font draws, as its makers say."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class TitleCard:
    """What is drawn. Empty parts are left out."""

    title: str
    place: str = ""
    note: str = ""
    is_solved: bool = False

    @property
    def mark(self) -> str:
        """Two cards of the same mark are the same picture."""
        parts = (str(DESIGN), self.title, self.place, self.note, str(self.is_solved))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


class CardPress:
    """Draws cards. `latin` is the house's font; parts for other scripts are taken from `others` where they lie there.

    A title in a script without a font (Arabic, Hebrew, Chinese …) is left out rather than drawn as boxes or back to front: the place
    stands in its stead, and the page's title is beside the picture anyway.
    """

    def __init__(self, latin: Path, others: Path) -> None:
        paths = {"latin": latin, **{name: others / f"{name}.woff2" for name in _RANGES if name != "latin"}}
        self._fonts = {name: path for name, path in paths.items() if path.is_file()}
        self._covered = {name: _codes(_RANGES[name]) for name in self._fonts}

    def draw(self, card: TitleCard) -> bytes:
        """As PNG. Takes some 60 ms of a core; one at a time, whoever asks."""
        with _one_at_a_time:
            picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
            pen = ImageDraw.Draw(picture)
            self._frame(pen)
            self._headline(pen, self._drawable(card.title) or self._drawable(card.place) or "Answerloop")
            self._foot(pen, card)
            out = io.BytesIO()
            picture.save(out, "PNG", optimize=True)
            return out.getvalue()

    def _frame(self, pen: ImageDraw.ImageDraw) -> None:
        pen.rectangle((0, 0, WIDTH, 14), fill=_ACCENT)
        pen.ellipse((_EDGE, 74, _EDGE + 40, 114), outline=_ACCENT, width=9)
        pen.ellipse((_EDGE + 27, 101, _EDGE + 43, 117), fill=_SPOT, outline=_PAPER, width=3)
        self._write(pen, (_EDGE + 58, 94), "Answerloop", 32, 650, _INK, anchor="lm")

    def _headline(self, pen: ImageDraw.ImageDraw, text: str) -> None:
        for size in _SIZES:
            lines = self._broken(text, size)
            if len(lines) <= (3 if size > 60 else _LINES):
                break
        else:
            lines = [*lines[: _LINES - 1], self._cut(lines[_LINES - 1] + "…", size)]
        height = round(size * 1.18)
        top = 318 - height * len(lines) // 2
        for turn, line in enumerate(lines):
            self._write(pen, (_EDGE, top + turn * height + height // 2), line, size, 700, _INK, anchor="lm")

    def _foot(self, pen: ImageDraw.ImageDraw, card: TitleCard) -> None:
        at, line = _EDGE, HEIGHT - 88
        if place := self._drawable(card.place):
            place = self._cut(place, 30, most=520)
            width = round(self._width(place, 30, 600))
            pen.rounded_rectangle((at, line - 28, at + width + 44, line + 28), 28, fill=_SOFT)
            self._write(pen, (at + 22, line), place, 30, 600, _ACCENT, anchor="lm")
            at += width + 44 + 28
        if card.is_solved:
            pen.line((at, line + 1, at + 9, line + 10, at + 27, line - 11), fill=_ACCENT, width=6, joint="curve")
            self._write(pen, (at + 40, line), "Solved", 30, 600, _ACCENT, anchor="lm")
            at += 40 + round(self._width("Solved", 30, 600)) + 28
        if note := self._drawable(card.note):
            self._write(pen, (at, line), note, 30, 450, _QUIET, anchor="lm")

    def _broken(self, text: str, size: int) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self._width(joined, size, 700) <= WIDTH - 2 * _EDGE:
                lines[-1] = joined
            else:
                lines.append(self._cut(word, size))
        return lines

    def _cut(self, text: str, size: int, most: int = WIDTH - 2 * _EDGE) -> str:
        while len(text) > 2 and self._width(text, size, 700) > most:
            text = f"{text.rstrip('…')[:-1].rstrip()}…"
        return text

    def _drawable(self, text: str) -> str:
        """The text without signs that no font has, "" where they are letters: half a sentence says something else."""
        kept = []
        for character in unicodedata.normalize("NFC", " ".join(text.split())[:300]):
            if self._font_of(character):
                kept.append(character)
            elif unicodedata.category(character)[0] in "LMN":
                return ""
        return " ".join("".join(kept).split())

    def _font_of(self, character: str) -> str:
        return next((name for name, codes in self._covered.items() if ord(character) in codes), "")

    def _runs(self, text: str) -> list[tuple[str, str]]:
        runs: list[tuple[str, str]] = []
        for character in text:
            font = self._font_of(character) or "latin"
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + character)
            else:
                runs.append((font, character))
        return runs

    def _width(self, text: str, size: int, weight: int) -> float:
        return sum(_font(self._fonts[name], size, weight).getlength(run) for name, run in self._runs(text))

    def _write(  # noqa: PLR0913 - the parts of a line of text
        self,
        pen: ImageDraw.ImageDraw,
        at: tuple[int, int],
        text: str,
        size: int,
        weight: int,
        colour: str,
        *,
        anchor: str,
    ) -> None:
        left, middle = float(at[0]), at[1]
        for name, run in self._runs(text):
            font = _font(self._fonts[name], size, weight)
            pen.text((left, middle), run, fill=colour, font=font, anchor=anchor)
            left += font.getlength(run)


@lru_cache(maxsize=64)
def _font(path: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    font.set_variation_by_axes([weight])
    return font


def _codes(ranges: str) -> frozenset[int]:
    found: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)
