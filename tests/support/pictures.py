"""Pictures as people send them, made on the spot."""

import io
from typing import Any

from PIL import Image

SECRET = b"52.5200N 13.4050E"
"""Where a photograph was taken, in its EXIF and its comment."""


def picture(width: int = 40, height: int = 30, kind: str = "PNG", colour: str = "teal", **more: Any) -> bytes:
    """A plain picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind, **more)
    return out.getvalue()


def photograph(width: int = 40, height: int = 30, *, turned: int = 1) -> bytes:
    """A JPEG whose EXIF says where it was taken and which way is up; its upper left corner is white."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = turned, SECRET.decode()
    image = Image.new("RGB", (width, height), "black")
    image.paste("white", (0, 0, width // 4, height // 4))
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=SECRET, icc_profile=b"no profile " + SECRET)
    return out.getvalue()


def moving(frames: int = 3, size: tuple[int, int] = (40, 30)) -> bytes:
    """A GIF that moves."""
    shown = [Image.new("RGB", size, (40 * number, 10, 10)) for number in range(frames)]
    out = io.BytesIO()
    shown[0].save(out, "GIF", save_all=True, append_images=shown[1:], duration=80, loop=0)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture, to be looked at."""
    return Image.open(io.BytesIO(content))
