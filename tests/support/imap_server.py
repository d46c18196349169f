"""A real IMAP server (pymap) on a free port, whose mailbox lives in its memory."""

import imaplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.mail_server import free_port

USER, PASSWORD = "desk", "four calm brown bears"  # of a server that lives as long as a test

_RUN = "import sys; from pymap.main import main; sys.exit(main())"


class ImapServer:
    """One user with an INBOX, which is empty again after a restart."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For IMAP_URL."""
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX"

    def start(self) -> None:
        """Listen, and wait until it answers."""
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            _RUN,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-tls",
        ]
        command += ["--no-service", "managesieve", "--no-service", "admin"]
        command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self._client().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
        raise RuntimeError("the IMAP server did not answer")

    def stop(self) -> None:
        """Stop listening."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def put(self, raw: bytes) -> None:
        """Somebody's mail arrives."""
        client = self._client()
        client.append("INBOX", "", "", raw)
        client.logout()

    def unseen(self) -> int:
        """How many mails nobody has seen."""
        client = self._client()
        client.select("INBOX", readonly=True)
        found = client.search(None, "UNSEEN")[1][0].split()
        client.logout()
        return len(found)


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """A running one."""
    server = ImapServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
