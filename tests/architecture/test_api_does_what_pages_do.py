"""Everything a page does and shows is in /api/v1. Page and operation are the same when they call the same function of kb:
that is read out of the handlers' code, so a page whose function no operation calls fails here, and nothing has to be kept in step."""

from collections.abc import Iterator, Mapping
from types import FunctionType

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from server.errors import WIRE_PREFIXES
from tests.architecture.test_routes_declare_permission import FRAMEWORK, handlers_of
from tests.support.reaching import calls_of, reads, writes

SESSIONS = "a session is a browser's; programs have keys"
SENT_BY_MAIL = "opened out of a mail, by whoever holds its link; no program holds one"

PAGES_ALONE_WRITE = {
    "kb.people.signing_in.sign_in": SESSIONS,
    "kb.people.signing_up.sign_up": SESSIONS,
    "kb.people.sessions.open_session": SESSIONS,
    "kb.people.sessions.close_session": SESSIONS,
    "kb.people.confirming.confirm_address": SENT_BY_MAIL,
    "kb.people.choosing_password.ask_for_password_link": "a password opens sessions, which are a browser's; programs have keys",
    "kb.people.choosing_password.set_password": SENT_BY_MAIL,
    "kb.mail.asking_how_it_was.rate_by_link": SENT_BY_MAIL,
    "kb.notices.unsubscribing.end_subscription": SENT_BY_MAIL,
    "kb.drafts.keeping.discard_draft": "by the draft's id; DELETE /api/v1/drafts/{place} discards by place",
    "kb.notices.seeing.open_notice": "following a link is having seen it; POST /api/v1/notices/{id}/seen says so",
    "kb.notices.seeing.mark_topic_seen": "reading a page is having seen its notices; PUT /api/v1/topics/{number}/read says so",
    "kb.clusters.searched.note_failed_search": "what people look for in vain is a question; what a program looks for is none",
    "kb.screening.proving.take_proof": "a browser proves that it worked for a form; a program shows a key, whose maker is known",
    "kb.answers.reusing.record_shown": "a program says itself what it has shown: POST /api/v1/answers/{id}/uses",
}
"""Writes that only pages call, and why."""

CHANGES_NOTHING = {
    "/preview": "renders what was typed, as POST /api/v1/preview does",
    "/moderation/words/trial": "tries words on a text that is kept nowhere, as POST /api/v1/watched-words/trial does",
}
"""Unsafe pages that write nothing in kb."""

FORMER = "leads on from an address of another forum, whose programs are gone"
FEED = "is read by programs at its own address"
PAGES_ALONE_READ = {
    "kb.imports.leading_on.get_former_post": FORMER,
    "kb.imports.leading_on.get_former_reply": FORMER,
    "kb.imports.leading_on.get_former_space": FORMER,
    "kb.imports.leading_on.get_former_tag": FORMER,
    "kb.imports.leading_on.get_former_topic": FORMER,
    "kb.imports.leading_on.get_former_person": FORMER,
    "kb.imports.leading_on.find_former_topic": FORMER,
    "kb.answers.inserting.list_gaps_left": "a form that comes back asks again for what `gaps` told a program",
    "kb.desk.topics.count_waiting_topics": "a number beside a name; GET /api/v1/desk/topics lists what it counts",
    "kb.forum.access.find_merged_path": "leads browsers on to where a merged topic's posts are",
    "kb.search.feeds.get_site_feed": FEED,
    "kb.search.feeds.get_space_feed": FEED,
    "kb.search.feeds.get_tag_feed": FEED,
    "kb.search.feeds.get_topic_feed": FEED,
    "kb.search.sitemaps.list_parts": FEED,
    "kb.search.sitemaps.list_part": FEED,
    "kb.files.access.read_file": FEED,
    "kb.forum.topic_card.find_topic_card": "a picture for other sites' link cards",
    "kb.notices.unsubscribing.find_subscription": SENT_BY_MAIL,
    "kb.people.choosing_password.find_password_link": SENT_BY_MAIL,
    "kb.mail.asking_how_it_was.find_asked": SENT_BY_MAIL,
    "kb.core.database.fetch_value": "whether the database answers at all, for load balancers",
    "kb.forum.access.tell_gone": "tells browsers 410 from 404 at an address; nothing is read",
    "kb.people.confirming.find_unconfirmed": "POST /api/v1/me/notices/confirmation says whether there is one",
    "kb.assistant.access.find_latest": "a program keeps the id of the conversation it began",
    "kb.people.products.find_app_by_write_key": "the demo's pretended product",
    "kb.demo.telling_people.find_demo_customer": "the demo's pretended product",
    "kb.clusters.proposals.count_proposals": "the length of GET /api/v1/clusters/proposals",
    "kb.answers.article_lists.count_drafts": "the length of GET /api/v1/article-drafts",
    "kb.staleness.queries.count_stale": "the length of GET /api/v1/stale-articles",
    "kb.promotion.queries.count_open_promotions": "the length of GET /api/v1/promotions",
    "kb.articles.shelves.list_shelves": "GET /api/v1/article-categories and the articles of each, on one page",
    "kb.articles.shelves.list_others": "GET /api/v1/articles has those of no category, too",
    "kb.answers.scheduling.find_last_zone": "what a form is filled in with; a program sends its time zone",
    "kb.answers.verifying.list_releases": "GET /api/v1/releases has them",
    "kb.desk.surroundings.get_surroundings": "agents, teams, views, presence and macros in one statement; five operations give them",
    "kb.articles.relating.get_surroundings": "place and related articles in one statement; two operations give them",
    "kb.answers.comparing.compare_typed": "a program has both texts: GET …/text, and what it sent",
    "kb.forum.editing.get_editable_post": "GET /api/v1/posts/{id} has a post's Markdown",
}
"""Reads that only pages call, and why."""


def handlers(app: Litestar, *, of_api: bool) -> list[HTTPRouteHandler]:
    """Those of /api/v1, or those of pages: not the wires, at which other programs call, nor the framework's own."""
    return [
        one
        for one in handlers_of(app)
        if isinstance(one, HTTPRouteHandler)
        and not one.fn.__module__.startswith(FRAMEWORK)
        and (_is_of_api(one) if of_api else not _is_wire(one))
    ]


def test_whatever_a_page_changes_an_operation_changes(app: Litestar) -> None:
    missing = list(_missing(app, unsafe=True, excepted=PAGES_ALONE_WRITE))

    assert missing == []


def test_whatever_a_page_shows_an_operation_reads(app: Litestar) -> None:
    missing = list(_missing(app, unsafe=False, excepted={**PAGES_ALONE_WRITE, **PAGES_ALONE_READ}))

    assert missing == []


def test_an_unsafe_page_changes_something_in_kb(app: Litestar) -> None:
    idle = [
        path
        for page in handlers(app, of_api=False)
        if _is_unsafe(page) and not any(writes(one) for one in calls_of(page))
        for path in sorted(page.paths)
    ]

    assert sorted(idle) == sorted(CHANGES_NOTHING)


def test_each_exception_is_one(app: Litestar) -> None:
    of_pages = {_name(one) for page in handlers(app, of_api=False) for one in calls_of(page)}
    of_api = {_name(one) for one in _of_api(app)}
    excepted = {*PAGES_ALONE_WRITE, *PAGES_ALONE_READ}

    assert (excepted - of_pages, excepted & of_api) == (set(), set())


def test_the_walk_sees_what_handlers_call(app: Litestar) -> None:
    pages = handlers(app, of_api=False)
    changed = {_name(one) for page in pages for one in calls_of(page) if writes(one)}
    shown = {_name(one) for page in pages for one in calls_of(page) if reads(one)}

    assert len(pages) >= 200
    assert {"kb.forum.asking.ask_topic", "kb.tickets.assigning.assign_ticket", "kb.people.groups.add_member"} <= changed
    assert {"kb.forum.topic_lists.list_topics", "kb.desk.views.count_views"} <= shown
    assert len(changed) >= 100
    assert not changed & shown


def _missing(app: Litestar, *, unsafe: bool, excepted: Mapping[str, str]) -> Iterator[str]:
    of_api = _of_api(app)
    for page in handlers(app, of_api=False):
        for one in calls_of(page):
            counts = writes(one) or (reads(one) and not unsafe)
            if _is_unsafe(page) is unsafe and counts and one not in of_api and _name(one) not in excepted:
                yield f"{sorted(page.paths)[0]} ({page.fn.__name__}) calls {_name(one)}, which no operation of /api/v1 calls"


def _of_api(app: Litestar) -> set[FunctionType]:
    return {one for operation in handlers(app, of_api=True) for one in calls_of(operation)}


def _is_of_api(handler: HTTPRouteHandler) -> bool:
    return any(path.startswith("/api/v1/") for path in handler.paths)


def _is_wire(handler: HTTPRouteHandler) -> bool:
    signals = handler.fn.__module__.startswith(("server.signals.posthog", "server.signals.segment"))
    return signals or any(f"{path}/".startswith(WIRE_PREFIXES) for path in handler.paths)


def _is_unsafe(handler: HTTPRouteHandler) -> bool:
    return bool({str(method) for method in handler.http_methods} & {"POST", "PUT", "PATCH", "DELETE"})


def _name(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__name__}"
