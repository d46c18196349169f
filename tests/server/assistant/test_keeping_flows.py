"""The pages on which staff keep flows."""

from kb.assistant.flows.example import EXAMPLE
from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person


async def test_a_flow_is_written_tried_kept_and_switched_on_and_off(client: Client) -> None:
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))

    fresh = await client.get("/assistant/flows/new")
    tried = await client.post_form(
        "/assistant/flows", {"act": "try", "source": EXAMPLE, "replies": "Yes, declined again\n1042"}
    )
    made = await client.post_form("/assistant/flows", {"act": "save", "source": EXAMPLE})
    path = made.headers["location"]
    on = await client.post_form(f"{path}/enablement", {"version": "1"})
    page = (await client.get(path)).text
    off = await client.post_form(f"{path}/enablement/removal")

    assert "A payment was declined" in fresh.text
    assert "Payment of invoice 1042 declined twice" in tried.text
    assert (made.status_code, on.status_code, off.status_code) == (303, 303, 303)
    assert "version 1 is on" in page
    assert (await client.get(path, params={"version": 10**12})).status_code == 404
    assert "A payment was declined" in (await client.get("/assistant/flows")).text
    assert await fetch_value("select count(*) from flow where enabled_version is null") == 1
    assert await fetch_value("select count(*) from ticket") == 0


async def test_a_refused_flow_comes_back_with_its_lines_and_all_that_was_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.PRODUCT_MANAGER))
    typed = EXAMPLE.replace("as: number", "as: figure")

    refused = await client.post_form("/assistant/flows", {"act": "save", "source": typed})

    assert refused.status_code == 422
    assert "as: figure" in refused.text
    assert "one of text, choice, email, number" in refused.text
    assert "Line 27" in refused.text
