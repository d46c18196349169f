"""Where the links and pictures of a post's HTML lead."""

import re

_ADDRESS = re.compile(r'(?:href|src)="([^"]{0,2000})"')
"""Our own gate wrote the HTML: addresses stand in double quotes."""


def links_of(html: str) -> list[str]:
    """Each address, as often as it stands."""
    return _ADDRESS.findall(html)
