"""What may be uploaded, how much of it, and what it is called afterwards. Pure."""

import re
from datetime import timedelta
from pathlib import PurePosixPath

from kb.core.errors import Invalid, TooLarge
from kb.core.saying import say
from kb.text.slugs import slugify

MAX_BYTES = 10 * 1024 * 1024
"""One file. Discourse's default is 4 MB, phones' photographs are 3 to 8."""

MOST_AN_HOUR = 60
MOST_BYTES_A_DAY = 100 * 1024 * 1024
"""Of one person, as they were sent."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT_UNUSED = timedelta(days=2)
"""A text may take a day to write."""

_PICTURES = {"png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "heif", "bmp", "tif", "tiff", "ico"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


def check_size(content: bytes) -> None:
    """Refuses what is empty or too large."""
    if not content:
        raise _refused(say("The file is empty."))
    if len(content) > MAX_BYTES:
        message = say("The file is larger than {most} MB.", most=MAX_BYTES // 1024**2)
        raise TooLarge(message, {"file": message})


def check_download(name: str, content: bytes, allowed: frozenset[str]) -> None:
    """Refuses what may not be kept as a file to download. Its ending says what the receiver's machine will open it with."""
    ending = extension(name)
    if ending in _PICTURES:
        raise _refused(say("This is no picture that can be shown. PNG, JPEG, GIF and WebP can."))
    if ending not in allowed:
        raise _refused(
            say("Files of this kind are not taken; these are: {names}, and pictures.", names=", ".join(sorted(allowed)))
        )
    if content.startswith(_PROGRAMS):
        raise _refused(say("Programs are not taken."))


def extension(name: str) -> str:
    """The last ending, small, without its dot."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def read_extensions(setting: str) -> frozenset[str]:
    """The endings a setting lists, however they are parted."""
    return frozenset(part.lower().lstrip(".") for part in re.split(r"[\s,]+", setting) if part)


def stem(name: str) -> str:
    """What is left of the sender's name for it in an address: letters, digits and hyphens, 1 to 60."""
    plain = re.sub(r"[^\w-]", "", slugify(PurePosixPath(name.replace("\\", "/")).stem))
    return plain[:60].strip("-") or "file"


def picture_name(name: str, width: int, height: int) -> str:
    """Carries the size, which the renderer reads: so that a page knows it without asking anybody."""
    return f"{stem(name)}.{width}x{height}.webp"


def download_name(name: str) -> str:
    """Its own ending and no other."""
    return f"{stem(name)}.{extension(name)}"


def file_path(file_id: object, name: str) -> str:
    """Where a file is found."""
    return f"/files/{file_id}/{name}"


def key_of(file_id: object, width: int | None = None) -> str:
    """Its key in the store; a picture has one for each width."""
    return f"files/{file_id}/{width}" if width else f"files/{file_id}/file"


def markdown_of(kind: str, title: str, path: str) -> str:
    """What is put into the text."""
    label = re.sub(r"[\[\]\\`*_<>\n\r]", " ", title).strip()[:100] or "file"
    return f"![{label}]({path})" if kind == "image" else f"[{label}]({path})"


def _refused(message: str) -> Invalid:
    return Invalid(message, {"file": message})
