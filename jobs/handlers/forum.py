"""What the forum does after a commit and by the clock."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.forum.carding_links import fetch_cards, note_links, note_topic_links
from kb.forum.messages import PostEdited, PostWritten, TopicAsked
from kb.forum.rerendering import rerender_posts
from kb.forum.timers import run_due_timers


async def note_links_of_topic(tools: Tools, heard: TopicAsked) -> None:
    """Bare links of a first post, where any host is listed."""
    if tools.pages:
        await note_topic_links(heard.topic_id, tools.settings["LINK_CARD_HOSTS"].lower().split())


async def note_links_of_post(tools: Tools, heard: PostWritten | PostEdited) -> None:
    """Bare links of a post, where any host is listed."""
    if tools.pages:
        await note_links(heard.post_id, tools.settings["LINK_CARD_HOSTS"].lower().split())


async def fetch_link_cards(tools: Tools) -> None:
    """Ask for the pages that are due."""
    if tools.pages:
        await fetch_cards(tools.pages)


async def run_timers(tools: Tools) -> int:
    """Close topics and bring them up again at the time set for it."""
    return await run_due_timers()


async def sweep_renderings(tools: Tools) -> None:
    """Bring posts up to the present renderer."""
    await rerender_posts()


HANDLERS: Handlers = {
    TopicAsked: (note_links_of_topic,),
    PostWritten: (note_links_of_post,),
    PostEdited: (note_links_of_post,),
}
