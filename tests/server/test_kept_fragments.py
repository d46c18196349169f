"""Fragments are shared by readers who would be shown the same, and by nobody else."""

from collections.abc import Callable
from dataclasses import fields

from markupsafe import Markup

from kb.forum.editing import edit_post
from kb.forum.voting import vote_for_post
from kb.languages.catalogues import catalogue_of
from server.forum.showing_posts import PostFrame
from server.kept_fragments import TOKEN_PLACE
from server.templating import templates
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic

NewClient = Callable[[], Client]


async def read(client: Client, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_each_reader_has_their_own_token_in_a_post_that_both_are_shown(new_client: NewClient) -> None:
    topic = await make_topic()
    first, second = [await new_client().sign_in(await make_person()) for _ in range(2)]
    for client in (first, second, first):
        await client.get("/sign-in")
        html = await read(client, topic.path)
        assert html.count(f'value="{client.cookies["csrftoken"]}"') == html.count('name="_csrf_token"') > 1
        assert TOKEN_PLACE not in html
    assert first.cookies["csrftoken"] != second.cookies["csrftoken"]


async def test_only_its_author_is_shown_the_way_to_edit_a_post_whoever_read_it_before(new_client: NewClient) -> None:
    asker, other = await make_person(), await make_person()
    topic = await make_topic(asker)
    reply = await make_reply(topic, asker)
    mine, theirs = await new_client().sign_in(asker), await new_client().sign_in(other)
    for client, sees in ((mine, True), (theirs, False), (mine, True), (new_client(), False)):
        assert (f"/posts/{reply}/edit" in await read(client, topic.path)) is sees


async def test_a_vote_and_an_edit_show_at_once(new_client: NewClient) -> None:
    asker, reader = await make_person(), await make_person()
    topic = await make_topic(asker)
    reply = await make_reply(topic, asker, body="The first wording.")
    client = await new_client().sign_in(reader)
    assert "Vote for this post: 0 votes" in await read(client, topic.path)
    await vote_for_post(reader, reply)
    await edit_post(asker, reply, "The second wording.")
    html = await read(client, topic.path)
    assert "Take back your vote for this post: 1 vote" in html
    assert "The second wording." in html
    assert "The first wording." not in html


def test_what_a_post_is_made_of_names_no_reader() -> None:
    assert not {field.name for field in fields(PostFrame)} & {"reader", "viewer", "actor", "person_id"}


def test_a_kept_macro_tells_text_from_the_markup_it_looks_like() -> None:
    environment = templates()
    source = "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}{% set kept_bold = kept(bold) %}"
    bold = environment.from_string(source).module.kept_bold  # type: ignore[attr-defined]
    assert [str(bold(text)) for text in (Markup("<i>"), "<i>", Markup("<i>"))] == [
        "<b><i></b>",
        "<b>&lt;i&gt;</b>",
        "<b><i></b>",
    ]


def test_constant_words_are_told_in_their_language_and_messages_with_values_are_still_asked() -> None:
    source = "{{ _('Reply') }} {{ _('Flag this post by %(name)s', name='<Ines>') }} {{ 'x_' ~ _('Reply') }}"
    for language in ("en", "de", "ar"):
        find = catalogue_of(language).find
        reply, flag = find("Reply"), find("Flag this post by %(name)s")
        rendered = templates(language).from_string(source).render()
        assert rendered == f"{reply} {flag % {'name': '&lt;Ines&gt;'}} x_{reply}"
    assert catalogue_of("de").find("Reply") != "Reply"
