"""A picture as people send it becomes one that is safe and small to show: decoded, turned upright, scaled, encoded anew.

What is not pixels does not survive that: EXIF with its places and names, profiles, comments, whatever stands behind the end.
"""

import io
import struct
import threading
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.pictures import LARGE, SMALL

MAX_PIXELS = 50_000_000
"""A phone's largest photograph; decoded it is 200 MB. Judged by the header, before anything is decoded."""

MAX_MOVING_PIXELS = 80_000_000
"""All frames together. What moves longer or larger stands still: its first frame."""

TALLEST = 8_000
"""Pixels; a long screenshot of a phone stays readable."""

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY = 84
_LOSSLESS_UP_TO = 400_000
"""Bytes. Screenshots keep every letter sharp where that costs no more than this."""

_TURNED = {5, 6, 7, 8}
_BROKEN = (
    OSError,
    struct.error,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    Image.DecompressionBombError,
)

_few_at_once = threading.BoundedSemaphore(2)
"""Decoded pictures are large: two at a time, whoever asks."""


@dataclass(frozen=True, slots=True)
class Picture:
    """WebP by width, the widest first, and the size of that one."""

    width: int
    height: int
    encoded: dict[int, bytes]


def looks_like_picture(content: bytes) -> bool:
    """By its first bytes, never by its name."""
    return (
        content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"))
        or content[:4] + content[8:12] == b"RIFFWEBP"
    )


def encode_picture(content: bytes) -> Picture:
    """At most LARGE wide, and SMALL beside it where that is smaller. Slow; raises `Invalid` for what is broken or too large."""
    with _few_at_once, _opened(content) as image:
        if _moves(image):
            return _encode_moving(image)
        large = _still(image, LARGE, TALLEST)
        encoded = {large.width: _webp(large, lossless=image.format == "PNG")}
        if large.width > SMALL:
            small = large.resize((SMALL, max(1, round(large.height * SMALL / large.width))), Image.Resampling.LANCZOS)
            encoded[SMALL] = _webp(small, lossless=False)
        return Picture(large.width, large.height, encoded)


def encode_square(content: bytes, sides: tuple[int, ...]) -> Picture:
    """The middle of the picture as squares of these sides, the largest first: a face."""
    with _few_at_once, _opened(content) as image:
        still = _still(image, LARGE, LARGE)
        fits = {side: ImageOps.fit(still, (side, side), Image.Resampling.LANCZOS) for side in sides}
        return Picture(sides[0], sides[0], {side: _webp(square, lossless=False) for side, square in fits.items()})


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=FORMATS)
    except _BROKEN as error:
        raise _refused(say("This picture cannot be read. PNG, JPEG, GIF and WebP can.")) from error
    if image.width * image.height > MAX_PIXELS:
        raise _refused(
            say(
                "The picture has {width} x {height} pixels; {most} million are possible.",
                width=image.width,
                height=image.height,
                most=MAX_PIXELS // 10**6,
            )
        )
    return image


def _refused(message: str) -> Invalid:
    return Invalid(message, {"file": message})


def _moves(image: Image.Image) -> bool:
    try:
        frames = getattr(image, "n_frames", 1)
    except _BROKEN as error:
        raise _refused(say("This picture cannot be read to its end.")) from error
    return frames > 1 and frames * image.width * image.height <= MAX_MOVING_PIXELS


def _still(image: Image.Image, width: int, height: int) -> Image.Image:
    """The first frame: no larger than this, upright, in plain colours, without anything but its pixels."""
    try:
        image.seek(0)
        turned = image.getexif().get(0x0112, 1) in _TURNED
        image.thumbnail((height, width) if turned else (width, height), Image.Resampling.LANCZOS)
        return _pixels_alone(ImageOps.exif_transpose(image))
    except _BROKEN as error:
        raise _refused(say("This picture is broken.")) from error


def _pixels_alone(image: Image.Image) -> Image.Image:
    """A new picture with these pixels in sRGB: whatever else the old one carried stays behind."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    plain = image if image.mode == mode else image.convert(mode)
    if profile and image.mode in {"RGB", "RGBA"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            plain = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode=mode) or plain
        except (ImageCms.PyCMSError, *_BROKEN):
            pass  # a profile that is no profile: the colours are taken as they are
    clean = Image.new(mode, plain.size)
    clean.paste(plain)
    return clean


def _encode_moving(image: Image.Image) -> Picture:
    scale = min(1.0, SMALL / image.width, TALLEST / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    try:
        frames, pauses = [], []
        for frame in ImageSequence.Iterator(image):
            pauses.append(int(frame.info.get("duration", 100)) or 100)
            frames.append(frame.convert("RGBA").resize(size, Image.Resampling.BILINEAR))
        loops = int(image.info.get("loop", 1))
        more: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": pauses, "loop": loops}
        out = io.BytesIO()
        frames[0].save(out, "WEBP", quality=70, method=2, icc_profile=b"", exif=b"", xmp=b"", **more)
    except _BROKEN as error:
        raise _refused(say("This moving picture is broken.")) from error
    return Picture(*size, {size[0]: out.getvalue()})


def _webp(image: Image.Image, *, lossless: bool) -> bytes:
    out = io.BytesIO()
    if lossless:
        image.save(out, "WEBP", lossless=True, quality=40, method=2, icc_profile=b"", exif=b"", xmp=b"")
        if out.tell() <= _LOSSLESS_UP_TO:
            return out.getvalue()
        out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4, icc_profile=b"", exif=b"", xmp=b"")
    return out.getvalue()
