"""A first look through all documents: what later rows lean on, and what is not taken."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kb.core.clock import now
from kb.imports.discourse_rows import Category, Post, TopicFacts, categories_in, people_in, posts_in, topics_in
from kb.imports.json_documents import Document, read_documents
from kb.imports.loose_values import Loose, id_of, moment_of, text_of
from kb.imports.running import Read
from kb.people.importing import ImportedPerson

SOMEBODY = "name:somebody"


@dataclass(slots=True)
class Survey:
    """What was seen. Facts about topics and people are kept in memory, texts are not."""

    categories: dict[str, Category] = field(default_factory=dict)
    topics: dict[str, TopicFacts] = field(default_factory=dict)
    people: dict[str, ImportedPerson] = field(default_factory=dict)
    ids_by_name: dict[str, str] = field(default_factory=dict)
    posts: set[str] = field(default_factory=set)
    first_posts: set[str] = field(default_factory=set)
    """Ids of topics whose first post was seen."""
    passed_over: Counter[str] = field(default_factory=Counter)

    def documents(self, path: Path) -> Iterator[Read[Document]]:
        """Every document with its turn as line; what it holds is noted on the way. One that cannot be read is refused."""
        for line, document in enumerate(read_documents(path), 1):
            if document.refusal:
                yield Read(line, refusal=f"{document.place}: {document.refusal}")
                continue
            self._look_at(document)
            yield Read(line, document)

    def author_of(self, post: Post) -> str:
        """The source id of whoever wrote it."""
        return post.author or self.ids_by_name.get(post.username.lower()) or _named(post.username)

    def is_taken(self, post: Post) -> bool:
        """Whether neither the post nor its topic is passed over."""
        topic = self.topics.get(post.topic)
        return not post.passed_over and not (topic and topic.passed_over)

    def missing(self) -> Iterator[Read[Post]]:
        """One refusal for each topic and post that is spoken of and lies in no document."""
        turn = 0
        for topic in self.topics.values():
            if topic.passed_over or not topic.stream:
                continue
            gaps = [post for post in topic.stream if post and post not in self.posts]
            said = [f"post {post} of topic {topic.id} is in no document" for post in gaps]
            if topic.id not in self.first_posts and not gaps:
                said = [f"the first post of topic {topic.id} is in no document"]
            for refusal in said:
                turn += 1
                yield Read(turn, refusal=refusal)

    def _look_at(self, document: Document) -> None:
        held = 0
        for category in categories_in(document.value):
            self.categories.setdefault(category.id, category)
            held += 1
        for row in people_in(document.value):
            held += self._note_person(row)
        for topic in topics_in(document.value):
            held += self._note_topic(topic)
        for post in posts_in(document.value):
            self._note_post(post)
            held += 1
        if not held:
            self.passed_over["documents of other kinds"] += 1

    def _note_person(self, row: Loose) -> int:
        username = text_of(row, "username")
        key = id_of(row, "id") or (_named(username) if username else "")
        if not key:
            return 0
        name, created_at = text_of(row, "name") or username, moment_of(row, "created_at")
        self._keep_person(key, username, name, created_at, text_of(row, "email").lower() or None, row)
        return 1

    def _note_topic(self, topic: TopicFacts) -> int:
        if not topic.id:
            return 0
        before = self.topics.get(topic.id)
        if before is None and topic.passed_over:
            self.passed_over[topic.passed_over] += 1
        if before is None or (topic.stream and not before.stream):
            self.topics[topic.id] = topic
        return 1

    def _note_post(self, post: Post) -> None:
        if post.id in self.posts:
            return
        self.posts.add(post.id)
        if post.number == 1:
            self.first_posts.add(post.topic)
        if not self.is_taken(post):
            if post.passed_over:
                self.passed_over[post.passed_over] += 1
            return
        key = self.author_of(post)
        self._keep_person(key, post.username, post.author_name or "somebody", post.created_at, None, {})

    def _keep_person(
        self, key: str, username: str, name: str, since: datetime | None, email: str | None, row: Loose
    ) -> None:
        before = self.people.get(key)
        times = [at for at in (since, before and before.created_at) if at]
        names = (before.name if before else "", name)
        until = moment_of(row, "suspended_till")
        self.people[key] = ImportedPerson(
            source_id=key,
            name=next((one for one in names if one and one != username), username or f"user {key}"),
            created_at=min(times) if times else now(),
            email=email or (before.email if before else None),
            username=username or (before.username if before else ""),
            suspended_until=until if until and until > now() else (before.suspended_until if before else None),
        )
        if username and not key.startswith("name:"):
            self.ids_by_name.setdefault(username.lower(), key)


def _named(username: str) -> str:
    return f"name:{username.lower()}" if username else SOMEBODY
