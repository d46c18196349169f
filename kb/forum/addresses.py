"""Where the forum's things are found, for pages, mails and suggestions alike: paths below the base address."""

from urllib.parse import quote
from uuid import UUID


def person_path(username: str) -> str:
    """A member's profile."""
    return f"/people/{quote(username)}"


def space_path(slug: str) -> str:
    """A space's page."""
    return f"/s/{quote(slug)}"


def space_feed_path(slug: str) -> str:
    """The newest topics of a space, for feed readers."""
    return f"{space_path(slug)}/feed.atom"


def tag_feed_path(slug: str) -> str:
    """The newest topics with a tag, for feed readers."""
    return f"{tag_path(slug)}/feed.atom"


def topic_feed_path(number: int) -> str:
    """The newest posts of a topic, for feed readers."""
    return f"/t/{number}/feed.atom"


def topic_card_path(number: int) -> str:
    """The picture that stands for the topic where it is linked."""
    return f"/cards/topics/{number}.png"


def topic_path(number: int, slug: str) -> str:
    """A topic's page; the number alone finds it."""
    plain = (
        slug.isascii() and slug.replace("-", "").isalnum()
    )  # nearly all are, and quoting two hundred takes milliseconds
    return f"/t/{number}/{slug if plain else quote(slug)}"


def post_path(post_id: UUID) -> str:
    """Leads to the post on its topic's page, whichever part of a long topic it stands on."""
    return f"/posts/{post_id}"


def history_path(post_id: UUID) -> str:
    """What the post said before it was edited."""
    return f"/posts/{post_id}/history"


def tag_path(slug: str) -> str:
    """Where a tag's topics are listed."""
    return f"/tags/{slug}"
