"""Files that lie beside the documents of a source, in its folder or zip, found by what a document calls them."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from kb.core.errors import Invalid, TooLarge
from kb.files.rules import MAX_BYTES

INSIDE = "in:"
"""Before the name of a file within the source, where its place is kept."""

_DOCUMENTS = (".json", ".jsonl", ".ndjson")


class SourceFiles:
    """Finds by id and name: `attachments/17/shot.png`, `17_shot.png`, `17-shot.png`, or `17` alone, wherever they lie."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_name: dict[str, str] = {}
        for name in _names(path):
            parts = name.split("/")
            for key in (parts[-1], "/".join(parts[-2:])):
                self._by_name.setdefault(key, name)

    def find(self, id_: str, name: str) -> str:
        """The place of the file, "" where it is not there."""
        if not id_:
            return ""
        keys = (f"{id_}/{name}", f"{id_}_{name}", f"{id_}-{name}", id_)
        found = next((self._by_name[key] for key in keys if key in self._by_name), "")
        return f"{INSIDE}{found}" if found else ""

    def read(self, place: str) -> bytes:
        """What lies there. Raises `Invalid` where nothing does, `TooLarge` for what no message may have."""
        name = place.removeprefix(INSIDE)
        if name not in self._by_name.values():
            raise Invalid("It is not in the source.")
        if self._path.is_dir():
            with (self._path / name).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        else:
            with zipfile.ZipFile(self._path) as archive, archive.open(name) as packed:
                content = packed.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise TooLarge(f"It is larger than {MAX_BYTES // 1024**2} MB.")
        return content


def _names(path: Path) -> Iterator[str]:
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
        yield from sorted(str(file.relative_to(path)) for file in inside if file.suffix not in _DOCUMENTS)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (name for name in sorted(archive.namelist()) if not name.endswith(("/", *_DOCUMENTS)))
