"""What a page is about, for search engines: JSON-LD after schema.org. Only of what everybody may read."""

import json
from collections.abc import Sequence
from typing import Any

from kb.answers.queries import ArticleView
from kb.core.policy import Role, readable_visibilities
from kb.forum.queries import PostView, TopicHead, TopicPage
from kb.people.profiles import Profile
from kb.text.excerpts import excerpt
from kb.text.plain import plain_from_html

TEXT = 5_000
"""Characters of a post that are given; search engines show some hundred."""

_PUBLIC = readable_visibilities(Role.ANONYMOUS)

Thing = dict[str, Any]


def is_for_everybody(visibility: str) -> bool:
    """Whether somebody who is not signed in may read it."""
    return visibility in _PUBLIC


def describe_topic(thread: TopicPage, base_url: str, *, is_first_page: bool) -> str:
    """A question with its answers, or a posting while it has none, and where it stands. "" for what not everybody may read.

    Further pages and duplicates tell where they stand alone: the question is told once, on its own address.
    """
    topic = thread.topic
    if not is_for_everybody(topic.visibility) or topic.is_hidden or topic.is_unlisted:
        return ""
    trail = _trail([("Home", "/"), (topic.space_name, f"/s/{topic.space_slug}"), (topic.title, topic.path)], base_url)
    if not is_first_page or topic.original_number:
        return _write([trail])
    answers = [post for post in (*thread.accepted, *thread.replies) if not post.is_hidden]
    about = _question(thread, answers, base_url) if answers else _posting(topic, thread, base_url)
    return _write([about, trail])


def describe_profile(profile: Profile, base_url: str) -> str:
    """Who a member is. Of profiles that are hidden from strangers nothing is told; the caller sees to it."""
    person: Thing = {
        "@type": "Person",
        "name": profile.name,
        "alternateName": profile.username,
        "url": base_url + profile.path,
    }
    if profile.headline:
        person["description"] = profile.headline
    if profile.picture:
        person["image"] = base_url + profile.picture
    if profile.website:
        person["sameAs"] = [profile.website]
    about = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": base_url + profile.path,
        "dateCreated": profile.joined_at.isoformat(),
        "mainEntity": person,
    }
    return _write([about])


def describe_article(article: ArticleView, html: str, base_url: str, above: Sequence[tuple[str, str]]) -> str:
    """An article and where it stands, below the categories (name, path); "" for what not everybody may read."""
    if not is_for_everybody(article.visibility) or article.state != "published" or article.published_at is None:
        return ""
    url = base_url + article.path
    about = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": article.title,
        "inLanguage": article.language,
        "description": excerpt(html, 155),
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "author": {"@type": "Person", "name": article.author},
    }
    return _write([about, _trail([("Knowledge base", "/kb"), *above, (article.title, article.path)], base_url)])


def describe_places(places: Sequence[tuple[str, str]], base_url: str) -> str:
    """Where a page stands that everybody may read: (name, path) from the top."""
    return _write([_trail(places, base_url)])


def _question(thread: TopicPage, answers: Sequence[PostView], base_url: str) -> Thing:
    """Search engines take one accepted answer; further ones are suggested first."""
    topic, question, chief = thread.topic, thread.question, thread.chief
    main: Thing = {
        "@type": "Question",
        "name": topic.title,
        "text": _text(question) or topic.title,
        "url": base_url + topic.path,
        "answerCount": max(topic.replies, len(answers)),
        **_written(question, base_url),
    }
    others = [_answer(post, base_url) for post in answers if post is not chief]
    if chief:
        main["acceptedAnswer"] = _answer(chief, base_url)
    if others:
        main["suggestedAnswer"] = others
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": main}


def _answer(post: PostView, base_url: str) -> Thing:
    return {
        "@type": "Answer",
        "text": _text(post) or post.author_name,
        "url": base_url + post.path,
        **_written(post, base_url),
    }


def _posting(topic: TopicHead, thread: TopicPage, base_url: str) -> Thing:
    """Nothing has answered it yet, and a question without an answer is none to search engines."""
    said = {name: value for name, value in _written(thread.question, base_url).items() if name != "upvoteCount"}
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": topic.title,
        "text": _text(thread.question) or topic.title,
        "url": base_url + topic.path,
        **said,
    }


def _written(post: PostView, base_url: str) -> Thing:
    author = {"@type": "Person", "name": post.author_name or "Somebody"}
    if post.author_username:
        author["url"] = f"{base_url}/people/{post.author_username}"
    changed = {"dateModified": post.edited_at.isoformat()} if post.edited_at else {}
    return {
        "datePublished": post.created_at.isoformat(),
        **changed,
        "upvoteCount": max(post.votes, 0),
        "author": author,
    }


def _text(post: PostView) -> str:
    return plain_from_html(post.html)[:TEXT]


def _trail(places: Sequence[tuple[str, str]], base_url: str) -> Thing:
    steps = [
        {"@type": "ListItem", "position": position, "name": name, "item": base_url + path}
        for position, (name, path) in enumerate(places, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps}


def _write(things: Sequence[Thing]) -> str:
    """For inside a script element: no character in it can end one or begin a comment."""
    written = json.dumps(list(things), ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
