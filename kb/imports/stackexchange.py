"""A Stack Exchange data dump, full (people, posts) or partial (posts alone), becomes topics, posts and accepted answers."""

from dataclasses import dataclass
from pathlib import Path

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.imports.running import Counts, OnProgress, begin_run, finish_run, run_stage
from kb.imports.stackexchange_rows import ANSWER, QUESTION, read_people, read_posts
from kb.imports.stackexchange_storing import DumpStore
from kb.text.slugs import slugify


@dataclass(frozen=True, slots=True)
class StackExchangeCounts:
    """What became of the dump, stage by stage."""

    people: Counts
    questions: Counts
    answers: Counts
    accepted: int


async def import_stackexchange(
    actor: Actor, folder: Path, *, space_slug: str = "", on_progress: OnProgress = lambda _: None
) -> StackExchangeCounts:
    """Import the dump in `folder`, whose name is the site's. Raises `Invalid` when there is no Posts.xml or it is broken.

    `on_progress` is told how many more rows are done; `count_rows` says about how many there are.
    """
    posts, source = find_posts(folder), site_name(folder)
    run = await begin_run(actor, kind="stackexchange", source=source)
    store = DumpStore(source, space_slug or slugify(source))
    people = await run_stage(run, "people", read_people(folder / "Users.xml"), store.people, on_progress)
    questions = await run_stage(run, "questions", read_posts(posts, QUESTION), store.questions, on_progress)
    answers = await run_stage(run, "answers", read_posts(posts, ANSWER), store.answers, on_progress)
    solved = (row for row in read_posts(posts, QUESTION) if row.record and row.record.accepted)
    accepted = await run_stage(run, "accepted", solved, store.accepted, on_progress)
    await finish_run(run)
    return StackExchangeCounts(people, questions, answers, accepted.imported)


def find_posts(folder: Path) -> Path:
    """The one file every dump has. Raises `Invalid` when it is not there."""
    posts = folder / "Posts.xml"
    if not posts.is_file():
        raise Invalid(f"{folder} holds no Posts.xml.", {"DIR": "name the folder of an unpacked Stack Exchange dump"})
    return posts


def site_name(folder: Path) -> str:
    """The site's name, which is the folder's; `.` has one too."""
    return folder.resolve().name


def count_rows(folder: Path) -> int:
    """About how many rows there are, for a progress bar: `<row` by lines, without parsing."""
    counted = 0
    for path in (folder / "Users.xml", folder / "Posts.xml"):
        if path.is_file():
            with path.open("rb") as file:
                counted += sum(chunk.count(b"<row ") for chunk in iter(lambda: file.read(2**20), b""))
    return counted
