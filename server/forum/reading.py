"""Reading the forum: home, a space, a topic."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.answers.known_as import find_article_for
from kb.clusters.duplicates.queries import list_standing
from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number, find_merged_path, tell_gone
from kb.forum.addresses import space_feed_path, topic_card_path, topic_feed_path
from kb.forum.queries import TopicFilter, TopicList, get_topic_page, list_topics, locate_post
from kb.forum.reply_order import OLDEST, check_sort
from kb.forum.spaces import get_space, list_spaces
from kb.imports.leading_on import find_former_topic
from kb.notices.muting import find_left_out
from server.forum.discussion_page import DiscussionPage, page_of_topic
from server.forum.forms import find_id, read_id
from server.forum.pages import HomePage, SpacePage
from server.pages import render
from server.security.guards import requires
from server.standing.noting import note_reading
from server.structured import describe_topic, is_for_everybody
from server.wiring import Services

READ = [requires(Permission.TOPIC_READ)]
SOLVED_SHOWN = 5
"""Solved topics beside the list: enough to show that answers come, few enough to be read."""

LIST_GOES_ON = "noindex, follow"
"""What crawlers are asked of a list's further pages: they change with every post, while the sitemap names each topic once."""


@get("/", guards=READ)
async def show_home(request: Request[Any, Any, Any], actor: Actor, only: str = "", cursor: str = "") -> Response[Any]:
    """What is asked here, and what is solved."""
    left_out = await find_left_out(actor)
    found = await list_topics(actor, TopicFilter(only=only, left_out=left_out), cursor=cursor)
    solved = await list_topics(actor, TopicFilter(only="solved", limit=SOLVED_SHOWN, left_out=left_out))
    page = HomePage(
        say("Questions and answers"),
        spaces=await list_spaces(actor),
        topics=found.topics,
        solved=solved.topics,
        only=only,
        is_first=not cursor,
        older=_older("/", only, found),
        leaves_out=left_out is not None,
        canonical="" if cursor else "/",
        robots=LIST_GOES_ON if cursor else "",
        feed="/feed.atom",
    )
    return render(request, "forum/home.html", page, shared=True)


@get("/s/{slug:str}", guards=READ)
async def show_space(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request[Any, Any, Any],
    actor: Actor,
    slug: str,
    only: str = "",
    cursor: str = "",
    inner: bool = False,
    tag: str = "",
) -> Response[Any]:
    """The topics of one space; with `inner` of the spaces within it, too; with `tag` those that have it."""
    space = await get_space(actor, slug)
    found = await list_topics(
        actor, TopicFilter(space_slug=slug, only=only, with_inner=inner, tag=tag[:100]), cursor=cursor
    )
    page = SpacePage(
        space.name,
        space=space,
        spaces=await list_spaces(actor),
        topics=found.topics,
        only=only,
        is_first=not cursor,
        older=_older(space.path, only, found, inner=inner, tag=tag),
        reader=actor,
        with_inner=inner,
        tag=tag,
        description=space.description,
        canonical="" if cursor else space.path,
        robots=LIST_GOES_ON if cursor else "" if space.topic_count else "noindex",
        feed=space_feed_path(space.slug) if is_for_everybody(space.visibility) else "",
    )
    return render(request, "forum/space.html", page, shared=True)


@get("/t/{number:int}", guards=READ)
async def find_topic(actor: Actor, number: int) -> Redirect:
    """The short address leads to the whole one."""
    try:
        topic = await access_topic_number(actor, number)
    except NotFound:
        if merged := await find_merged_path(actor, number):
            return Redirect(merged, status_code=301)
        await tell_gone(number)
        if former := await find_former_topic(actor, "discourse", number):
            return Redirect(former, status_code=301)
        raise
    return Redirect(topic.path, status_code=301)


@get("/t/{number:int}/{slug:str}", guards=READ)
async def show_topic(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request[Any, Any, Any],
    actor: Actor,
    services: Services,
    number: int,
    slug: str,
    after: int = 0,
    sort: str = "",
) -> Response[Any]:
    """A topic; an old or wrong slug leads to the present one. Search engines are shown one order of its replies alone."""
    try:
        thread = await get_topic_page(actor, number, after=after, sort=sort)
    except NotFound:
        if merged := await find_merged_path(actor, number):
            return Redirect(merged, status_code=301)
        if slug.isdecimal() and (former := await find_former_topic(actor, "discourse", number)):
            return Redirect(former, status_code=301)
        raise
    if slug != thread.topic.slug:
        return Redirect(page_of_topic(thread.topic.path, after=after, sort=sort), status_code=301)
    page = DiscussionPage(
        thread.topic.title,
        thread,
        actor,
        after,
        sort=check_sort(sort),
        description=thread.topic.excerpt,
        canonical=thread.topic.original_path or thread.topic.path + (f"?after={after}" if after > 0 else ""),
        kind="article",
        robots="noindex" if thread.topic.is_unlisted else "" if check_sort(sort) == OLDEST else LIST_GOES_ON,
        feed=topic_feed_path(number)
        if is_for_everybody(thread.topic.visibility) and not thread.topic.is_unlisted
        else "",
        structured=""
        if actor.is_signed_in
        else describe_topic(thread, services.settings.base_url, is_first_page=after <= 0),
        card=topic_card_path(number),
        answering_id=find_id(request.query_params.get("answering", "")),
        quotes="quote" in request.query_params,
        standing=await list_standing(actor, thread.topic.id) if actor.is_signed_in else [],
        article=await find_article_for(actor, "topic", thread.topic.id),
    )
    note_reading(request, actor, number)
    return render(request, "forum/topic.html", page, shared=True)


@get("/posts/{post_id:str}", guards=READ)
async def find_post(actor: Actor, post_id: str) -> Redirect:
    """A post's lasting address leads to wherever it stands now."""
    post = read_id(post_id)
    place = await locate_post(actor, post)
    return Redirect(f"{place.path}#post-{post}", status_code=303)


def _older(path: str, only: str, found: TopicList, *, inner: bool = False, tag: str = "") -> str:
    if not found.next_cursor:
        return ""
    wanted = {"only": only, "inner": "1" if inner else "", "tag": tag, "cursor": found.next_cursor}
    return f"{path}?{urlencode({name: value for name, value in wanted.items() if value})}"
