"""What a document of Discourse's API holds: people, categories, topics and posts, whichever answer it was part of."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.imports.loose_values import Loose, count_of, id_of, moment_of, row_of, rows_of, text_of

LIKE = "2"
"""The kind of `actions_summary` that counts likes."""

NOTICES = {2: "moderators' notices", 3: "small actions", 4: "whispers"}
"""Post types other than 1. A moderator's post that somebody wrote is a post; only what the forum itself said is a notice."""

_OWN_WORDS = re.compile(r"\s*(<p>)?\s*This topic (is|was) (now|automatically|no longer)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Category:
    """`parent` is empty at the top. `is_restricted` says that not everybody reads it."""

    id: str
    slug: str
    name: str
    description: str
    parent: str
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic without its posts. `passed_over` says why it is not taken; `accepted` is a post's number or 0."""

    id: str
    title: str
    category: str
    tags: tuple[str, ...]
    created_at: datetime | None
    accepted: int
    is_closed: bool
    is_unlisted: bool
    stream: tuple[str, ...]
    passed_over: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its document has it. `author` is an id, or a username where there is none."""

    id: str
    topic: str
    topic_title: str
    number: int
    author: str
    username: str
    author_name: str
    raw: str
    cooked: str
    polls: tuple[Loose, ...]
    likes: int
    reply_to: int
    is_accepted: bool
    created_at: datetime | None
    passed_over: str


def categories_in(document: Any) -> Iterator[Category]:
    """With those within them, a parent before its children."""
    listed = row_of(row_of(document).get("category_list")).get("categories") or row_of(document).get("categories")
    yield from _categories(listed, parent="")


def _categories(listed: Any, *, parent: str) -> Iterator[Category]:
    for row in rows_of(listed):
        found, name = id_of(row, "id"), text_of(row, "name", "slug")
        if not found or not name:
            continue
        about = text_of(row, "description_text", "description_excerpt", "description")
        restricted = row.get("read_restricted") is True
        yield Category(found, text_of(row, "slug"), name, about, id_of(row, "parent_category_id") or parent, restricted)
        yield from _categories(row.get("subcategory_list"), parent=found)


def people_in(document: Any) -> Iterator[Loose]:
    """Every object that is a person, in whatever list."""
    row = row_of(document)
    for key in ("users", "members", "owners", "directory_items"):
        yield from (row_of(one.get("user")) or one for one in rows_of(row.get(key)))
    for key in ("user", "admin_user"):
        yield row_of(row.get(key))
    if "username" in row and "topic_id" not in row:
        yield row


def topics_in(document: Any) -> Iterator[TopicFacts]:
    """The topic that is the document, or those it lists."""
    row = row_of(document)
    if isinstance(row.get("post_stream"), dict):
        if "title" in row or "fancy_title" in row:
            yield _topic(row)
        return
    for listed in (row_of(row.get("topic_list")).get("topics"), row.get("topics")):
        for one in rows_of(listed):
            yield from topics_in(one) if "post_stream" in one else [_topic(one)]


def _topic(row: Loose) -> TopicFacts:
    stream = row_of(row.get("post_stream")).get("stream")
    accepted = row_of(row.get("accepted_answer"))
    return TopicFacts(
        id=id_of(row, "id"),
        title=text_of(row, "title") or html.unescape(text_of(row, "fancy_title")),
        category=id_of(row, "category_id"),
        tags=tuple(_tags(row.get("tags"))),
        created_at=moment_of(row, "created_at"),
        accepted=count_of(accepted, "post_number"),
        is_closed=row.get("closed") is True or row.get("archived") is True,
        is_unlisted=row.get("visible") is False,
        stream=tuple(id_of({"id": one}, "id") for one in stream) if isinstance(stream, list) else (),
        passed_over=_why_not_topic(row),
    )


def _tags(listed: Any) -> Iterator[str]:
    for one in listed if isinstance(listed, list) else []:
        name = one if isinstance(one, str) else text_of(row_of(one), "name", "slug", "id")
        if name.strip():
            yield name.strip()


def _why_not_topic(row: Loose) -> str:
    if row.get("archetype") not in {None, "regular"}:
        return "private messages"
    return "deleted topics" if row.get("deleted_at") else ""


def posts_in(document: Any) -> Iterator[Post]:
    """The posts of a topic, of a page of one, of a list of newest posts, or the one that is the document."""
    row = row_of(document)
    topic = row if isinstance(row.get("post_stream"), dict) else {}
    for index, one in enumerate(rows_of(row_of(row.get("post_stream")).get("posts")), 1):
        yield _post(one, topic, index)
    for key in ("latest_posts", "posts"):
        yield from (_post(one, {}, 0) for one in rows_of(row.get(key)))
    for one in rows_of(row.get("topics")):
        if "post_stream" in one:
            yield from posts_in(one)
    if "topic_id" in row and "id" in row and {"cooked", "raw", "post_type"} & set(row):
        yield _post(row, {}, 0)


def _post(row: Loose, topic: Loose, index: int) -> Post:
    username = text_of(row, "username")
    return Post(
        id=id_of(row, "id"),
        topic=id_of(row, "topic_id") or id_of(topic, "id"),
        topic_title=text_of(row, "topic_title") or _words(text_of(row, "topic_slug")),
        number=count_of(row, "post_number") or index,
        author=id_of(row, "user_id"),
        username=username,
        author_name=text_of(row, "name", "display_username") or username,
        raw=text_of(row, "raw"),
        cooked=text_of(row, "cooked"),
        polls=tuple(rows_of(row.get("polls"))),
        likes=_likes(row),
        reply_to=count_of(row, "reply_to_post_number"),
        is_accepted=row.get("accepted_answer") is True,
        created_at=moment_of(row, "created_at") or moment_of(topic, "created_at"),
        passed_over=_why_not_post(row),
    )


def _words(slug: str) -> str:
    """A post that came without its topic still knows its address, which was made of the title."""
    return slug.replace("-", " ").capitalize()


def _likes(row: Loose) -> int:
    counted = [count_of(one, "count") for one in rows_of(row.get("actions_summary")) if id_of(one, "id") == LIKE]
    return max(0, sum(counted) or count_of(row, "like_count"))


def _why_not_post(row: Loose) -> str:
    if row.get("deleted_at") or row.get("user_deleted") is True:
        return "deleted posts"
    if row.get("hidden") is True:
        return "hidden posts"
    kind = count_of(row, "post_type") or 1
    if kind == 2 and not row.get("action_code") and not _OWN_WORDS.match(text_of(row, "raw", "cooked")):
        return ""
    return NOTICES.get(kind, "" if kind == 1 else "posts of other kinds")
