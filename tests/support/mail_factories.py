"""Mail as people and machines write it."""

from collections.abc import Sequence
from pathlib import Path

from kb.adapters.folder_store import FolderStore
from kb.core.ids import new_id
from kb.mail.office import Office
from kb.notices.site import Site

SUPPORT = "help@fernbook.example"

OFFICE = Office(
    Site("https://forum.example", "not-secret-in-tests", "fernbook.example", "in.fernbook.example"),
    sender=SUPPORT,
    addresses=(SUPPORT,),
    attachments=frozenset({"txt", "log", "pdf"}),
)

NO_FILES = FolderStore(Path("unused"))
"""For mail without attachments."""

MAIL_SETTINGS = {
    "MAIL_FROM": f"Fernbook <{SUPPORT}>",
    "MAIL_REPLY_DOMAIN": "in.fernbook.example",
    "MAIL_SUPPORT_ADDRESSES": SUPPORT,
    "BASE_URL": "https://forum.example",
}
"""What an installation with the office above has set."""


def raw_mail(
    sender: str = "Ines Duarte <ines@home.example>",
    to: str = SUPPORT,
    text: str = "Since Monday each invoice goes out twice.",
    *,
    subject: str = "Invoices are sent twice",
    html: str = "",
    files: Sequence[tuple[str, str, bytes]] = (),
    **headers: str,
) -> bytes:
    """A mail; headers are named with `_` for `-`. `files` are (name, content type, bytes)."""
    lines = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": "Fri, 27 Nov 2026 06:00:00 +0000",
        "Message-ID": f"<{new_id().hex}@home.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    parts = [_part("text/html" if html else "text/plain", (html or text).replace("\n", "\r\n").encode())]
    parts += [
        _part(kind, content, f'Content-Disposition: attachment; filename="{name}"\r\n') for name, kind, content in files
    ]
    if len(parts) == 1:
        return head.encode() + b"MIME-Version: 1.0\r\n" + parts[0]
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return (head + 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="edge"\r\n\r\n').encode() + body


def _part(kind: str, content: bytes, more: str = "") -> bytes:
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return f"Content-Type: {kind}{charset}\r\nContent-Transfer-Encoding: 8bit\r\n{more}\r\n".encode() + content
