"""A Discourse forum, as its API or a backup of topic documents tells it, becomes spaces, topics, posts and accepted answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kb.core.actor import Actor
from kb.core.unit_of_work import UnitOfWork
from kb.imports.discourse_rows import Post, posts_in
from kb.imports.discourse_storing import ForumStore, Placed
from kb.imports.discourse_survey import Survey
from kb.imports.json_documents import read_documents
from kb.imports.running import Counts, OnProgress, Read, Stored, begin_run, finish_run, run_stage
from kb.text.slugs import slugify

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class DiscourseCounts:
    """What became of the documents, stage by stage. `missing` are posts and topics that are spoken of and lie in no document."""

    documents: Counts
    people: Counts
    spaces: Counts
    topics: Counts
    posts: Counts
    missing: Counts
    accepted: int
    passed_over: dict[str, int]
    """What is not taken, by its kind in words: small actions, whispers, deleted posts, private messages, other documents."""


async def import_discourse(
    actor: Actor,
    path: Path,
    *,
    source: str,
    space_slug: str = "",
    site: str = "",
    on_progress: OnProgress = lambda _: None,
) -> DiscourseCounts:
    """Import what lies at `path` under the name `source`. Raises `Invalid` where nothing there can be read.

    `space_slug` takes topics without a category; `site` is the forum's address, for links and uploads without a host.
    """
    run = await begin_run(actor, kind="discourse", source=source)
    survey = Survey()
    documents = await run_stage(run, "documents", survey.documents(path), _keep_nothing, on_progress)
    store = ForumStore(source, survey, space_slug=space_slug or slugify(source), site=site)
    people = await run_stage(run, "people", _numbered(survey.people.values()), store.people, on_progress)
    spaces = await run_stage(run, "spaces", _numbered(survey.categories.values()), store.spaces, on_progress)
    topics = await run_stage(run, "topics", _posts(path, survey, first=True), store.topics, on_progress)
    posts = await run_stage(run, "posts", _posts(path, survey, first=False), store.posts, on_progress)
    good = (row for row in _posts(path, survey, first=False) if row.record)
    accepted = await run_stage(run, "accepted", good, store.links, on_progress)
    missing = await run_stage(run, "missing", survey.missing(), _keep_nothing, on_progress)
    await finish_run(run)
    return DiscourseCounts(
        documents, people, spaces, topics, posts, missing, accepted.imported, dict(survey.passed_over)
    )


async def _keep_nothing(_unit: UnitOfWork, _rows: Sequence[object]) -> Stored:
    return Stored(0)


def _numbered(records: Iterable[R]) -> Iterator[Read[R]]:
    for line, record in enumerate(records, 1):
        yield Read(line, record)


def _posts(path: Path, survey: Survey, *, first: bool) -> Iterator[Read[Placed]]:
    """Posts that are taken, each once: those that open their topic, or all others."""
    seen: set[str] = set()
    line = 0
    for document in read_documents(path):
        for post in posts_in(document.value):
            if (post.number == 1) is not first or post.id in seen or not survey.is_taken(post):
                continue
            seen.add(post.id)
            line += 1
            why = _refusal(post, survey)
            yield (
                Read(line, refusal=f"{document.place}, post {post.id or '?'}: {why}")
                if why
                else Read(line, (document.place, post))
            )


def _refusal(post: Post, survey: Survey) -> str:
    if not post.id:
        return "no id"
    if not post.raw and not post.cooked:
        return "neither raw nor cooked"
    topic = survey.topics.get(post.topic)
    if post.number == 1 and not (topic and topic.title) and not post.topic_title:
        return f"its topic {post.topic or '?'} has no title in any document"
    return ""
