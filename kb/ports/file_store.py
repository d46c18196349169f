"""Where the bytes of uploaded files are kept."""

from typing import Protocol


class FileStore(Protocol):
    """Bytes by key. A key is made of lower-case letters, digits, hyphens and single slashes; it never begins with one.

    Whole files in memory: what may be uploaded is a few megabytes. `Unavailable` means that the store does not answer now.
    """

    async def put(self, key: str, content: bytes) -> None:
        """Keep these bytes, in the place of others under that key. Nobody ever reads half of them."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    async def delete(self, key: str) -> None:
        """Forget them; what is not there is forgotten already."""
        ...
