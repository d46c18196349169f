"""The processes `up` looks after: started together, restarted when they die, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from server.commands.output import told

_PR_SET_PDEATHSIG = 1

RESTART_WAIT_SECONDS = 1.0
"""Between a death and the restart, so that a child that dies at start does not spin."""

STOP_WITHIN_SECONDS = 10


class Children:
    """Child processes of one supervisor."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, **environment}
        self._commands: dict[str, list[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child in a process group of its own: Ctrl-C reaches the supervisor, which stops the children in order."""
        self._commands[name] = list(command)
        self._running[name] = subprocess.Popen(
            command,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )

    def restart_the_dead(self) -> None:
        """Start again what has ended. Nothing is lost by a death: what was to be done stands in the outbox."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                told.print(f"{name} ended with status {process.returncode}; starting it again")
                time.sleep(RESTART_WAIT_SECONDS)
                self.start(name, self._commands[name])

    def watch(self) -> None:
        """Keep them running until interrupted."""
        while True:
            time.sleep(0.5)
            self.restart_the_dead()

    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """End them one by one, the last started first, so that none loses what it leans on; kill what does not end."""
        for process in reversed(self._running.values()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _die_with_parent() -> None:
    """On Linux, ask the kernel to end this child when the supervisor is killed, so that none is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
