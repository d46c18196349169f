"""Batches of a Discourse forum become rows of people and forum, with the addresses they had."""

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
from kb.forum.importing_marks import Marks, link_imported_replies, mark_imported
from kb.imports.catching_up import note_waiting
from kb.imports.discourse_rows import Category, Post
from kb.imports.discourse_survey import Survey
from kb.imports.discourse_texts import markdown_of
from kb.imports.former_addresses import find_posts_by_number, find_space_of, keep_addresses
from kb.imports.running import Read, Stored
from kb.people.importing import ImportedPerson, find_imported_people, insert_imported_people
from kb.text.languages import language_of_post
from kb.text.markdown import render_markdown
from kb.text.slugs import slugify

Placed = tuple[str, Post]
"""A post and the place of its document."""


class ForumStore:
    """Stores batches of one forum under its name. `site` is its address, for links without a host."""

    def __init__(self, source: str, survey: Survey, *, space_slug: str, site: str) -> None:
        self._source, self._survey = source, survey
        self._space_slug, self._site = space_slug, site
        self._spaces: dict[str, UUID] = {}

    async def people(self, unit: UnitOfWork, rows: Sequence[Read[ImportedPerson]]) -> Stored:
        """People not yet known."""
        people = [row.record for row in rows if row.record]
        known = await find_imported_people(self._source, [person.source_id for person in people])
        ids = await insert_imported_people(unit, self._source, people)
        named = {person.username.lower(): ids[person.source_id] for person in people if person.username}
        await keep_addresses(self._source, "person", named)
        return Stored(sum(person.source_id not in known for person in people))

    async def spaces(self, unit: UnitOfWork, rows: Sequence[Read[Category]]) -> Stored:
        """Categories become spaces, those of restricted readers spaces of the staff. A third storey moves up to the second."""
        made = 0
        for row in rows:
            if row.record:
                made += await self._space(unit, row.record)
        return Stored(made)

    async def topics(self, unit: UnitOfWork, rows: Sequence[Read[Placed]]) -> Stored:
        """First posts become topics in their category's space, with tags and marks."""
        good, refused = await self._rendered(rows)
        by_space: dict[UUID, list[ImportedTopic]] = {}
        for post, rendered in good:
            topic = self._survey.topics.get(post.topic)
            title = (topic.title if topic else "") or post.topic_title
            space = await self._space_of(unit, topic.category if topic else "")
            by_space.setdefault(space, []).append(ImportedTopic(title[:300], slugify(title), rendered))
        new: list[UUID] = []
        for space_id, topics in by_space.items():
            new += await insert_imported_topics(unit, source=self._source, space_id=space_id, topics=topics)
        if new:
            await mark_imported(unit, self._source, new, self._marks([post for post, _ in good]))
            await note_waiting(unit, "topic", new)
        await self._keep_numbers([post for post, _ in good])
        return Stored(len(new), refused)

    async def posts(self, unit: UnitOfWork, rows: Sequence[Read[Placed]]) -> Stored:
        """Other posts; one whose topic is missing is refused."""
        wanted = [row.record[1].topic for row in rows if row.record]
        topics = await find_imported_topics(self._source, wanted)
        orphans = [
            (row.line, f"{_place(row.record)}: its topic {row.record[1].topic or '?'} is not here")
            for row in rows
            if row.record and row.record[1].topic not in topics
        ]
        good, refused = await self._rendered([row for row in rows if row.record and row.record[1].topic in topics])
        new = await insert_imported_posts(unit, source=self._source, posts=[rendered for _, rendered in good])
        await self._keep_numbers([post for post, _ in good])
        return Stored(len(new), [*refused, *orphans])

    async def links(self, unit: UnitOfWork, rows: Sequence[Read[Placed]]) -> Stored:
        """Which post answers which, and which was accepted, once all of them stand."""
        posts = [row.record[1] for row in rows if row.record]
        answered = [post for post in posts if post.reply_to and post.number > 1]
        parents = await find_posts_by_number(self._source, [f"{post.topic}/{post.reply_to}" for post in answered])
        pairs = [(p.id, parents[key]) for p in answered if (key := f"{p.topic}/{p.reply_to}") in parents]
        await link_imported_replies(unit, self._source, pairs)
        solved = [(post.topic, post.id) for post in posts if self._is_accepted(post)]
        accepted = await accept_imported(unit, source=self._source, pairs=solved)
        await note_waiting(unit, "accepted", accepted)
        return Stored(len(accepted))

    def _is_accepted(self, post: Post) -> bool:
        topic = self._survey.topics.get(post.topic)
        return post.number > 1 and (post.is_accepted or bool(topic and topic.accepted == post.number))

    def _marks(self, posts: Sequence[Post]) -> dict[str, Marks]:
        topics = [self._survey.topics[post.topic] for post in posts if post.topic in self._survey.topics]
        return {topic.id: Marks(topic.tags, topic.is_closed, topic.is_unlisted) for topic in topics}

    async def _keep_numbers(self, posts: Sequence[Post]) -> None:
        await keep_addresses(self._source, "number", {f"{post.topic}/{post.number}": post.id for post in posts})

    async def _space_of(self, unit: UnitOfWork, category: str) -> UUID:
        if category not in self._spaces:
            if category in self._survey.categories:
                await self._space(unit, self._survey.categories[category])
            else:
                self._spaces[category], _ = await ensure_space(
                    unit, slug=self._space_slug, name=self._source, description=f"Topics imported from {self._source}."
                )
        return self._spaces[category]

    async def _space(self, unit: UnitOfWork, category: Category) -> int:
        """1 where the space is new."""
        if known := await find_space_of(self._source, category.id):
            self._spaces[category.id] = known
            return 0
        above = self._ancestors(category)
        parent = await self._space_of(unit, above[0].id) if above else None
        restricted = category.is_restricted or any(one.is_restricted for one in above)
        slug = slugify(category.slug or category.name)
        space_id, is_new = await ensure_space(
            unit,
            slug=slug,
            name=category.name[:60],
            description=category.description[:300],
            visibility="staff" if restricted else "public",
            parent_id=parent,
        )
        self._spaces[category.id] = space_id
        await keep_addresses(self._source, "category", {category.id: space_id})
        return int(is_new)

    def _ancestors(self, category: Category) -> list[Category]:
        """From the top downwards; a circle ends where it closes."""
        found: list[Category] = []
        at = self._survey.categories.get(category.parent)
        while at and at != category and at not in found:
            found.insert(0, at)
            at = self._survey.categories.get(at.parent)
        return found

    async def _rendered(
        self, rows: Sequence[Read[Placed]]
    ) -> tuple[list[tuple[Post, ImportedPost]], list[tuple[int, str]]]:
        """Posts ready to insert, and the rows of those whose text cannot be taken."""
        keys = [self._survey.author_of(row.record[1]) for row in rows if row.record]
        authors = await find_imported_people(self._source, keys)
        good: list[tuple[Post, ImportedPost]] = []
        refused: list[tuple[int, str]] = []
        for row in rows:
            if row.record is None:
                continue
            post = row.record[1]
            try:
                good.append((post, self._rendered_post(post, authors)))
            except Invalid as error:
                refused.append((row.line, f"{_place(row.record)}: {error.message}"))
        return good, refused

    def _rendered_post(self, post: Post, authors: dict[str, UUID]) -> ImportedPost:
        source = markdown_of(post.raw, post.cooked, post.polls, site=self._site)
        rendered = render_markdown(source)
        key = self._survey.author_of(post)
        if key not in authors or post.created_at is None:
            raise Invalid("who wrote it, or when, is missing")
        return ImportedPost(
            source_id=post.id,
            parent_source_id=post.topic,
            author_id=authors[key],
            body_source=source,
            body_html=rendered.html,
            renderer=rendered.renderer_version,
            votes=post.likes,
            licence=None,
            created_at=post.created_at,
            language=language_of_post(rendered.html),
        )


def _place(placed: Placed) -> str:
    return f"{placed[0]}, post {placed[1].id or '?'}"
