"""Batches of a Stack Exchange dump become rows of people and forum."""

from collections.abc import Sequence
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.unit_of_work import UnitOfWork
from kb.forum.importing import (
    ImportedPost,
    ImportedTopic,
    accept_imported,
    ensure_space,
    find_imported_topics,
    insert_imported_posts,
    insert_imported_topics,
)
from kb.forum.importing_marks import Marks, mark_imported
from kb.imports.catching_up import note_waiting
from kb.imports.running import Read, Stored
from kb.imports.stackexchange_rows import DumpedPost
from kb.people.importing import ImportedPerson, find_imported_people, insert_imported_people
from kb.text.html_to_markdown import markdown_from_html
from kb.text.languages import language_of_post
from kb.text.markdown import render_markdown
from kb.text.slugs import slugify


class DumpStore:
    """Stores batches of one dump under the site's name."""

    def __init__(self, source: str, space_slug: str) -> None:
        self._source = source
        self._space_slug = space_slug

    async def people(self, unit: UnitOfWork, rows: Sequence[Read[ImportedPerson]]) -> Stored:
        """People not yet known."""
        people = [row.record for row in rows if row.record]
        known = await find_imported_people(self._source, [person.source_id for person in people])
        await insert_imported_people(unit, self._source, people)
        return Stored(sum(person.source_id not in known for person in people))

    async def questions(self, unit: UnitOfWork, rows: Sequence[Read[DumpedPost]]) -> Stored:
        """Questions become topics in the dump's space."""
        space_id, _ = await ensure_space(
            unit, slug=self._space_slug, name=self._source, description=f"Questions imported from {self._source}."
        )
        good, refused = await self._rendered(unit, rows)
        topics = [ImportedTopic(post.title, slugify(post.title), rendered) for post, rendered in good]
        new = await insert_imported_topics(unit, source=self._source, space_id=space_id, topics=topics)
        if new:
            marks = {post.source_id: Marks(post.tags) for post, _ in good}
            await mark_imported(unit, self._source, new, marks)
            await note_waiting(unit, "topic", new)
        return Stored(len(new), refused)

    async def answers(self, unit: UnitOfWork, rows: Sequence[Read[DumpedPost]]) -> Stored:
        """Answers become posts; one whose question is missing is refused."""
        topics = await find_imported_topics(self._source, [row.record.parent for row in rows if row.record])
        at_home = [row for row in rows if row.record and row.record.parent in topics]
        orphans = [row for row in rows if row.record and row.record.parent not in topics]
        good, refused = await self._rendered(unit, at_home)
        refused += [
            (row.line, f"its question {row.record.parent} is not in this dump") for row in orphans if row.record
        ]
        new = await insert_imported_posts(unit, source=self._source, posts=[rendered for _, rendered in good])
        return Stored(len(new), refused)

    async def accepted(self, unit: UnitOfWork, rows: Sequence[Read[DumpedPost]]) -> Stored:
        """Acceptance is marked once both posts stand."""
        pairs = [(row.record.source_id, row.record.accepted) for row in rows if row.record and row.record.accepted]
        new = await accept_imported(unit, source=self._source, pairs=pairs)
        await note_waiting(unit, "accepted", new)
        return Stored(len(new))

    async def _rendered(
        self, unit: UnitOfWork, rows: Sequence[Read[DumpedPost]]
    ) -> tuple[list[tuple[DumpedPost, ImportedPost]], list[tuple[int, str]]]:
        """Posts ready to insert, and the lines of those whose text cannot be taken."""
        authors = await self._authors(unit, [row.record for row in rows if row.record])
        good: list[tuple[DumpedPost, ImportedPost]] = []
        refused: list[tuple[int, str]] = []
        for row in rows:
            try:
                if row.record:
                    good.append((row.record, _rendered_post(row.record, authors[row.record.author])))
            except Invalid as error:
                refused.append((row.line, error.message))
        return good, refused

    async def _authors(self, unit: UnitOfWork, posts: Sequence[DumpedPost]) -> dict[str, UUID]:
        """Ids of the posts' authors; a partial dump has no people, so those it names are made here."""
        wanted = {post.author: post for post in posts}
        known = await find_imported_people(self._source, list(wanted))
        missing = [
            ImportedPerson(key, _name_of(key), post.created_at) for key, post in wanted.items() if key not in known
        ]
        return known | await insert_imported_people(unit, self._source, missing)


def _rendered_post(post: DumpedPost, author_id: UUID) -> ImportedPost:
    source = markdown_from_html(post.html)
    rendered = render_markdown(source)
    return ImportedPost(
        source_id=post.source_id,
        parent_source_id=post.parent,
        author_id=author_id,
        body_source=source,
        body_html=rendered.html,
        renderer=rendered.renderer_version,
        votes=post.votes,
        licence=post.licence,
        created_at=post.created_at,
        language=language_of_post(rendered.html),
    )


def _name_of(author: str) -> str:
    return author.removeprefix("name:") if author.startswith("name:") else f"user {author}"
