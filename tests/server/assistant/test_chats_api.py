"""Conversations as another site's page calls them: any origin, no cookies, one owner."""

from typing import Any

from kb.assistant.flows.keeping import add_flow, enable_flow
from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.people.products import ProductApp
from kb.tickets.answering import reply_to_ticket
from tests.server.help.test_help_api import headers
from tests.support.assistant_factories import make_answered
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key
from tests.support.signals_factories import make_product

QUESTION = "How do I export invoices to a spreadsheet?"
GREETING = """
name: On the orders page
start: {pages: [/orders]}
steps:
  - {id: hello, say: "Looking for an order?"}
  - {id: tag, action: set_tag, with: {tag: orders}, confirm: Yes, go: end}
"""


class Page:
    """A page of a product with one conversation on it."""

    def __init__(self, client: Client, app: ProductApp, **claims: Any) -> None:
        self.client, self.headers = client, headers(app, **claims)
        self.path = "/api/v1/help/chats"

    async def start(self, page_url: str = "https://app.fernbook.example/invoices") -> dict[str, Any]:
        said = await self.client.post("/api/v1/help/chats", headers=self.headers, json={"page_url": page_url})
        assert said.status_code == 201, said.text
        self.headers["x-chat-secret"] = said.json()["secret"]
        self.path = f"/api/v1/help/chats/{said.json()['chat']['id']}"
        chat: dict[str, Any] = said.json()["chat"]
        return chat

    async def post(self, what: str, **body: Any) -> Any:
        return await self.client.post(f"{self.path}/{what}", headers=self.headers, json=body)

    async def say(self, text: str) -> list[dict[str, Any]]:
        said = await self.post("turns", text=text)
        assert said.status_code == 200, said.text
        turns: list[dict[str, Any]] = said.json()["turns"]
        return turns

    async def read(self, after: int = 0) -> dict[str, Any]:
        said = await self.client.get(self.path, params={"after": after}, headers=self.headers)
        read: dict[str, Any] = said.json()
        return read


async def test_a_chat_answers_with_sources_hands_over_and_brings_the_reply(client: Client) -> None:
    answer_id = await make_answered(QUESTION, "Open Invoices. Then press **Export**.")
    page = Page(client, await make_product(), sub="c-1", name="Ines")
    await page.start()

    answered = (await page.say(QUESTION))[-1]
    solved = await page.post("uses", kind="said_solved", answer_id=str(answer_id))
    passed = await page.post("hand-off")
    last = (await page.read())["turns"][-1]["position"]
    tom = await make_person(Role.AGENT, name="Tom Berg")
    await reply_to_ticket(tom, await fetch_value("select id from ticket"), "Hello **Ines**", "agent")
    [reply] = (await page.read(after=last))["turns"]

    assert [line["text"] for line in answered["lines"]] == ["Open Invoices.", "Then press Export."]
    assert answered["sources"][0]["url"].startswith("http://localhost:8000/posts/")
    assert solved.status_code == 200
    assert passed.json()["ticket"] == await fetch_value("select number from ticket")
    assert (reply["speaker"], reply["author"], reply["body"]) == (
        "agent",
        "Tom Berg",
        [["p", ["Hello ", ["strong", ["Ines"]]]]],
    )
    assert (await page.read())["at_desk"]
    assert (await page.say("Thank you"))[-1]["text"] == "Thank you"
    uses = await fetch_all("select kind, surface from answer_use order by created_at, id")
    assert [tuple(row) for row in uses] == [("shown", "assistant"), ("said_solved", "assistant")]


async def test_a_chat_opens_to_its_secret_and_to_its_customer_alone(client: Client) -> None:
    app = await make_product()
    stranger, ines = Page(client, app), Page(client, app, sub="c-1")
    await stranger.start()
    await ines.start()

    guessed = {**headers(app), "x-chat-secret": "guessed"}
    bo = {**headers(app, sub="c-2"), "x-chat-secret": ines.headers["x-chat-secret"]}
    refused = [
        await client.get(stranger.path, headers=guessed),
        await client.get(stranger.path, headers=headers(app)),
        await client.get(ines.path, headers=bo),
        await client.get(ines.path, headers={**headers(app), "x-chat-secret": ines.headers["x-chat-secret"]}),
    ]

    assert [said.status_code for said in refused] == [404] * 4
    assert all(said.headers["access-control-allow-origin"] == "*" for said in refused)
    assert (await client.get(ines.path, headers=headers(app, sub="c-1"))).status_code == 200


async def test_a_page_that_greets_offers_a_button_that_nothing_else_presses(client: Client) -> None:
    kept = await add_flow(SYSTEM, GREETING)
    await enable_flow(SYSTEM, kept.id, 1)
    page = Page(client, await make_product())

    elsewhere = await page.start()
    greeted = await page.start("https://app.fernbook.example/orders/17?token=x")
    offer = greeted["turns"][-1]
    wrong = await page.post("confirmations", turn_id=offer["id"], confirmation="guessed")
    right = await page.post("confirmations", turn_id=offer["id"], confirmation=offer["confirmation"])

    assert elsewhere["turns"] == []
    assert [turn["text"] for turn in greeted["turns"]] == ["Looking for an order?", ""]
    assert (wrong.status_code, right.status_code) == (404, 200)
    assert await fetch_value("select count(*) from chat_action") == 1


async def test_refusals_have_the_one_shape(client: Client) -> None:
    page = Page(client, await make_product())
    await page.start()
    refused = [
        await page.post("turns", text=""),
        await page.post("hand-off", address="nobody"),
        await page.post("uses", kind="shown", answer_id="00000000-0000-7000-8000-000000000000"),
        await client.post("/api/v1/help/chats", json={}),
    ]

    assert [said.status_code for said in refused] == [422] * 4
    assert [set(said.json()["error"]["fields"]) for said in refused] == [{"text"}, {"address"}, {"kind"}, {"write_key"}]


async def test_flows_are_kept_tried_and_switched_by_programs(client: Client) -> None:
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.PRODUCT_MANAGER))}"}

    bad = await client.post("/api/v1/flows", headers=key, json={"source": "name: x"})
    made = await client.post("/api/v1/flows", headers=key, json={"source": GREETING})
    path = f"/api/v1/flows/{made.json()['id']}"
    on = await client.put(f"{path}/enablement", headers=key, json={"version": 1})
    kept = await client.put(path, headers=key, json={"source": GREETING.replace("Looking", "Searching")})
    tried = await client.post("/api/v1/flows/trial", headers=key, json={"source": GREETING, "replies": ["pressed"]})
    listed = await client.get("/api/v1/flows", headers=key)
    off = await client.delete(f"{path}/enablement", headers=key)

    assert (bad.status_code, made.status_code, on.status_code, off.status_code) == (422, 201, 204, 204)
    assert bad.json()["error"]["fields"]["flow.start"].startswith("Line 1:")
    assert kept.json()["version"] == 2
    assert [line["kind"] for line in tried.json()["lines"]] == ["said", "offered", "ended"]
    assert (listed.json()["items"][0]["enabled_version"], listed.json()["items"][0]["newest_version"]) == (1, 2)
    assert (await client.get(path, headers=key, params={"version": 1})).json()["source"] == GREETING
    assert await fetch_value("select count(*) from chat_action") == 0


async def test_numbers_no_column_holds_are_answered_and_nothing_is_said_twice(client: Client) -> None:
    page = Page(client, await make_product(), sub="c-1", name="Ines")
    await page.start()

    said = await page.post("turns", text="Which pizza goes with mushrooms?", after=10**12)
    gone = await client.post(f"/api/v1/help/tickets/{10**30}/messages", headers=page.headers, json={"body": "x"})

    assert (said.status_code, said.json()["turns"]) == (200, [])
    assert gone.status_code == 404
    assert await fetch_value("select count(*) from turn where speaker = 'person'") == 1
