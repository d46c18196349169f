"""Pictures in a text: our own by their address, which carries their size, and others over https."""

import re
from urllib.parse import urlsplit

from markdown_it.rules_core import StateCore

SMALL, LARGE = 800, 1600
"""Pixels a picture is at most wide: a column of text on most screens, and on the sharpest."""

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OWN = re.compile(rf"/files/({_UUID})/(?:{SMALL}/)?[\w.-]{{1,120}}\Z")
_SIZED = re.compile(rf"/files/({_UUID})/([\w.-]{{1,100}}\.(\d{{1,4}})x(\d{{1,5}})\.webp)\Z")
_USED = re.compile(rf"/files/({_UUID})/")
_SRCSET = re.compile(rf"/files/{_UUID}/{SMALL}/[\w.-]{{1,120}} {SMALL}w, /files/{_UUID}/[\w.-]{{1,120}} \d{{1,4}}w\Z")
SIZES = "(max-width: 50rem) 92vw, 46rem"
"""How wide a picture stands in a text; the browser chooses by it which of the two to fetch."""


def find_used_files(source: str) -> set[str]:
    """Ids of our files that the text names, as picture or as link."""
    return set(_USED.findall(source))


def is_own_picture(address: str) -> bool:
    """Whether the address is one of our files, here or under the site's own name only."""
    return bool(_OWN.match(address))


def allows_picture(attribute: str, value: str) -> bool:
    """What the last gate lets through on `img`: our own files and https, and sizes that are numbers."""
    if attribute == "src":
        return is_own_picture(value) or (value.startswith("https://") and bool(urlsplit(value).hostname))
    if attribute == "srcset":
        return bool(_SRCSET.match(value))
    if attribute in {"width", "height"}:
        return value.isascii() and value.isdigit() and len(value) <= 5
    return attribute != "sizes" or value == SIZES


def size_pictures(state: StateCore) -> None:
    """Rule of the parser: a picture of ours gets width and height, so that the page stays still while it loads, and both its sizes."""
    for token in state.tokens:
        for child in token.children or ():
            sized = _SIZED.match(str(child.attrGet("src") or "")) if child.type == "image" else None
            if sized:
                file_id, name, width, height = sized.groups()
                child.attrs.update({"width": width, "height": height})
                if int(width) > SMALL:
                    small = f"/files/{file_id}/{SMALL}/{name} {SMALL}w"
                    child.attrs.update({"srcset": f"{small}, {child.attrs['src']} {width}w", "sizes": SIZES})
