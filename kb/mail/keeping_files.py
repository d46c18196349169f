"""What is attached to a mail becomes files of ours, or is named with the reason why not; the mail itself is kept whole anyway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooLarge, TooMany
from kb.files.uploading import NewFile, upload_file
from kb.mail.office import Office
from kb.mail.reading import Attachment
from kb.mail.rules import MOST_FILES, NO_TEXT
from kb.mail.settling import LeftOut
from kb.mail.writing_up import WrittenUp, cut_between_places, fill_places, keep_breaks, places_in
from kb.ports.file_store import FileStore
from kb.text.markdown import MAX_SOURCE

LONGEST = 30_000
"""Characters of a message; the renderer takes 32,000, and files stand below it."""


@dataclass(frozen=True, slots=True)
class WithFiles:
    """The message with its files in their places or below it; `shown` is the Markdown it is rendered from."""

    body: str
    shown: str
    left_out: tuple[LeftOut, ...]


async def keep_attachments(
    actor: Actor, attached: Sequence[Attachment], written: WrittenUp, *, store: FileStore, office: Office
) -> WithFiles:
    """Take the files over as the actor's. Raises `Unavailable` when the store is down."""
    kept: dict[int, str] = {}
    left_out = [LeftOut("text", _cut())] if len(written.text) > LONGEST else []
    for number, one in enumerate(attached):
        refusal = _refusal_of(number, written, len(kept))
        if refusal is None:
            try:
                kept[number] = await _keep(actor, one, store, office)
            except (Invalid, TooLarge, TooMany) as error:
                refusal = error.message
        if refusal is not None:
            left_out.append(LeftOut(one.name[:200], str(refusal)))
    body = _body(written, kept, [one.name for one in attached])
    shown = keep_breaks(body) if written.is_plain else body
    return WithFiles(body, shown if len(shown) <= MAX_SOURCE else body, tuple(left_out))


async def _keep(actor: Actor, one: Attachment, store: FileStore, office: Office) -> str:
    file = NewFile(one.name, one.content)
    return (await upload_file(actor, file, store=store, allowed=office.attachments)).markdown


def _refusal_of(number: int, written: WrittenUp, kept: int) -> str | None:
    if number in written.elsewhere:
        return "It stands in the signature, or in what is quoted."
    return f"At most {MOST_FILES} files of one mail are taken over." if kept >= MOST_FILES else None


def _cut() -> str:
    return f"At most {LONGEST:,} characters are shown."


def _body(written: WrittenUp, kept: Mapping[int, str], names: Sequence[str]) -> str:
    """Where a file could not be kept its name stands in its place; what has its place past the end stands below."""
    text = cut_between_places(written.text, LONGEST)
    shown = places_in(text)
    filled = {number: kept.get(number, names[number]) for number in shown if number < len(names)}
    text = fill_places(text, filled)
    below = [markdown for number, markdown in kept.items() if number not in shown]
    return "\n\n".join(filter(None, [text.strip(), *below])) or NO_TEXT
