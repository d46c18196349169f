"""The browser the journeys run in: the machine's Chromium, else Debian's package, else Playwright's own download.

`python -m tests.support.browser` makes sure there is one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Flags that keep a test's browser from talking to its maker, and let it run as root in a container."""


def find_browser() -> str | None:
    """Path of a Chromium on this machine; None where Playwright brought its own or there is none."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def has_playwright_browser() -> bool:
    """Whether Playwright has downloaded a Chromium of its own."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return any(folder.glob("chromium*"))


def ensure_browser() -> None:
    """Install one if there is none. Raises SystemExit with what to do when nothing works."""
    if find_browser() or has_playwright_browser():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False)
    if not find_browser():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not find_browser() and not has_playwright_browser():
        raise SystemExit("No Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM=/path/to/it.")


if __name__ == "__main__":
    ensure_browser()
