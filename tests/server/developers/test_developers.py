"""The page for developers tells what is so: each of its calls is made as it stands there."""

import html
import json
import re
import shlex
from collections.abc import Callable

import pytest

from kb.core.permissions import Permission
from server.developers.examples import EXAMPLES, KEY
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key

NewClient = Callable[[], Client]


async def calls_shown(client: Client) -> list[str]:
    page = (await client.get("/developers")).text
    return [html.unescape(one) for one in re.findall(r"<code data-call>(.*?)</code>", page, re.DOTALL)]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
async def test_each_call_is_answered_as_it_is_typed(new_client: NewClient, number: int) -> None:
    await make_topic()
    client = new_client()
    shown = (await calls_shown(client))[number]
    program, *words = shlex.split(shown.replace("\\\n", " ").replace(KEY, await make_key(await make_person())))
    assert program == "curl"
    method, headers, sent, url = "", {}, None, ""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                sent = words.pop(0)
            case address:
                url = address
    answer = await client.request(method or ("POST" if sent else "GET"), url, headers=headers, content=sent)
    assert answer.status_code in {200, 201}, answer.text
    assert json.loads(answer.text)


async def test_it_names_every_scope_and_leads_to_the_document(new_client: NewClient) -> None:
    client = new_client()
    page = (await client.get("/developers")).text
    assert all(f"<code>{one.value}</code>" in page for one in Permission)
    assert 'href="/schema/openapi.json"' in page
    assert "/api/v1/topics" in (await client.get("/schema/openapi.json")).json()["paths"]
    assert 'href="/developers"' in (await client.get("/")).text
