"""A worker and a Redis as processes of their own, killed without warning and started again."""

import os
import subprocess
import sys
from pathlib import Path

from kb.adapters.embedded_services import prepare_redis, wait_for_socket
from tests.support.services import lend_model


class Processes:
    """What `answerloop up` looks after, in the hands of a test. Kills are `kill -9`: nobody can prepare for them.

    The worker has the real model, through the export that its first start would have made.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self._redis = prepare_redis(folder / "redis")
        self._environment = {
            **os.environ,
            "REDIS_URL": self.redis_url,
            "WORKER_NAME": "embedded",
            "LOG_LEVEL": "error",
            **lend_model(folder),
            **settings,
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def redis_url(self) -> str:
        """Stays the same over restarts."""
        return self._redis.url

    def start(self, name: str) -> None:
        """Start `redis` and wait for it, or the `worker`, which gets ready in its own time."""
        if name == "redis":
            self._running[name] = subprocess.Popen(self._redis.command)
            wait_for_socket(self._redis.socket, self._running[name])
        else:
            self._running[name] = subprocess.Popen([sys.executable, "-m", "jobs"], env=self._environment)

    def kill(self, name: str) -> None:
        """End it at once, in the middle of whatever it does."""
        process = self._running.pop(name)
        process.kill()
        process.wait()
        if name == "redis":
            self._redis.socket.unlink(missing_ok=True)

    def restart(self, *names: str) -> None:
        """Kill those named, and start them again."""
        for name in names:
            self.kill(name)
        for name in names:
            self.start(name)

    def stop(self) -> None:
        """End whatever still runs."""
        for name in list(self._running):
            self.kill(name)

    def terminate(self, name: str, *, within: float = 8) -> int:
        """Ask it to end; returns its status. Raises `TimeoutExpired` when it goes on."""
        self._running[name].terminate()
        status = self._running[name].wait(within)
        del self._running[name]
        return status
