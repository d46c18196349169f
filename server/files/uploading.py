"""Uploading: by a script of the editor, by a program, or with the form itself where no script runs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.datastructures import UploadFile

from kb.core.actor import Actor
from kb.core.errors import Invalid, TooLarge, TooMany, Unavailable
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.files.rules import MAX_BYTES, read_extensions
from kb.files.uploading import NewFile, UploadedFile, upload_file
from server.security.guards import CHANGES_NO_PAGE, requires
from server.wiring import Services

UPLOAD = [requires(Permission.FILE_UPLOAD)]
MOST_WITH_A_FORM = 5


@dataclass(frozen=True, slots=True)
class FileOut:
    """An uploaded file; `markdown` is what shows it in a text."""

    id: UUID
    kind: str
    name: str
    url: str
    markdown: str
    size: int
    width: int | None
    height: int | None


@post("/files", guards=UPLOAD, opt=CHANGES_NO_PAGE)
async def create_file(request: Request[Any, Any, Any], actor: Actor, services: Services) -> FileOut:
    """Keep the file that a form sends in its field `file`."""
    return await _create(request, actor, services)


@post("/api/v1/files", guards=UPLOAD, opt=CHANGES_NO_PAGE)
async def api_create_file(request: Request[Any, Any, Any], actor: Actor, services: Services) -> FileOut:
    """The same for programs: multipart/form-data with the field `file`."""
    return await _create(request, actor, services)


async def _create(request: Request[Any, Any, Any], actor: Actor, services: Services) -> FileOut:
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile):
        raise Invalid(say("Choose a file."), {"file": say("Choose a file.")})
    kept = await _keep(actor, services, sent)
    return FileOut(kept.id, kept.kind, kept.name, kept.path, kept.markdown, kept.size, kept.width, kept.height)


async def _keep(actor: Actor, services: Services, sent: UploadFile) -> UploadedFile:
    content = await sent.read(MAX_BYTES + 1)
    allowed = read_extensions(services.settings["UPLOAD_EXTENSIONS"])
    return await upload_file(actor, NewFile(sent.filename, content), store=services.files, allowed=allowed)


@dataclass(frozen=True, slots=True)
class WithFiles:
    """A form's text, at its end what shows the files that came with it."""

    body: str
    refusal: Invalid | None = None

    def check(self) -> None:
        """Raises why a file was refused: after the form was read, so that it comes back with everything typed."""
        if self.refusal:
            raise self.refusal


async def take_files(request: Request[Any, Any, Any], actor: Actor, services: Services, body: str) -> WithFiles:
    """Keep the files of a form that was sent without scripts, in its fields `files`."""
    sent = (await request.form()).getall("files", [])
    files = [one for one in sent if isinstance(one, UploadFile) and one.filename]
    for one in files[:MOST_WITH_A_FORM]:
        try:
            body = f"{body}\n\n{(await _keep(actor, services, one)).markdown}"
        except (Invalid, TooLarge, TooMany, Unavailable) as error:
            return WithFiles(body, Invalid(error.message, {"body": f"{one.filename}: {error.message}"}))
    return WithFiles(body)
