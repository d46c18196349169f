"""A write that is sent again with its key is done once."""

import asyncio

import pytest

from kb.core import once
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space
from tests.support.people_factories import make_key

DRAFT = {"space": "help", "title": "The export stops at 100 rows", "body": "Since *Monday*."}


async def bearer(role: Role = Role.MEMBER, key: str = "a-key-of-mine") -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(await make_person(role))}", "idempotency-key": key}


async def topics() -> int:
    return int(await fetch_value("select count(*) from topic"))


async def test_the_same_request_gets_the_first_answer_and_writes_nothing(client: Client) -> None:
    await make_space()
    headers = await bearer()
    first = await client.post("/api/v1/topics", json=DRAFT, headers=headers)
    again = await client.post("/api/v1/topics", json=DRAFT, headers=headers)

    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await topics() == 1


async def test_a_key_with_another_request_is_refused_in_words(client: Client) -> None:
    await make_space()
    headers = await bearer()
    await client.post("/api/v1/topics", json=DRAFT, headers=headers)
    other = await client.post("/api/v1/topics", json={**DRAFT, "title": "Another thing"}, headers=headers)

    assert other.status_code == 422
    assert "another request" in other.json()["error"]["fields"]["Idempotency-Key"]
    assert await topics() == 1


async def test_a_key_belongs_to_who_sent_it(client: Client) -> None:
    await make_space()
    await client.post("/api/v1/topics", json=DRAFT, headers=await bearer())
    other = await client.post("/api/v1/topics", json=DRAFT, headers=await bearer())

    assert (other.status_code, "idempotent-replayed" in other.headers) == (201, False)
    assert await topics() == 2


async def test_a_refusal_is_the_answer_too_and_not_being_allowed_is_none(client: Client) -> None:
    await make_space()
    headers = await bearer()
    bad = await client.post("/api/v1/topics", json={**DRAFT, "title": ""}, headers=headers)
    again = await client.post("/api/v1/topics", json={**DRAFT, "title": ""}, headers=headers)
    assert (bad.status_code, again.status_code, again.content) == (422, 422, bad.content)
    assert again.headers["idempotent-replayed"] == "true"

    stranger = {"idempotency-key": "a-stranger's"}
    refused = [await client.post("/api/v1/topics", json=DRAFT, headers=stranger) for _ in range(2)]
    assert [(r.status_code, "idempotent-replayed" in r.headers) for r in refused] == [(401, False), (401, False)]


async def test_of_many_that_arrive_at_once_one_writes(client: Client) -> None:
    await make_space()
    headers = await bearer()
    answers = await asyncio.gather(*(client.post("/api/v1/topics", json=DRAFT, headers=headers) for _ in range(5)))

    assert await topics() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    later = await client.post("/api/v1/topics", json=DRAFT, headers=headers)
    assert (later.status_code, later.headers["idempotent-replayed"]) == (201, "true")


async def test_a_first_request_at_work_is_a_conflict(db: str) -> None:
    assert isinstance(await once.claim(b"me", b"key", b"request"), once.Claim)
    with pytest.raises(Conflict, match="still at work"):
        await once.claim(b"me", b"key", b"request")


async def test_a_process_that_died_before_it_wrote_leaves_the_key_to_the_next(db: str) -> None:
    await once.claim(b"me", b"key", b"request")
    await _let_the_lease_end()
    assert isinstance(await once.claim(b"me", b"key", b"request"), once.Claim)


async def test_a_process_that_died_after_it_wrote_leaves_word_of_it(db: str) -> None:
    actor = await make_person()
    claimed = await once.claim(b"me", b"key", b"request")
    assert isinstance(claimed, once.Claim)
    with once.doing(claimed):
        async with unit_of_work(actor) as unit:
            unit.audit("tested.once", "test", None)
    await _let_the_lease_end()
    with pytest.raises(Conflict, match="its answer is lost"):
        await once.claim(b"me", b"key", b"request")


async def test_whoever_comes_too_late_writes_nothing(db: str) -> None:
    actor = await make_person()
    slow = await once.claim(b"me", b"key", b"request")
    await _let_the_lease_end()
    assert isinstance(await once.claim(b"me", b"key", b"request"), once.Claim)
    assert isinstance(slow, once.Claim)
    with once.doing(slow), pytest.raises(Conflict, match="too long"):
        async with unit_of_work(actor) as unit:
            unit.audit("tested.once", "test", None)
    assert await fetch_value("select count(*) from audit_line where action = 'tested.once'") == 0


async def test_after_a_day_a_key_is_new_and_its_row_forgotten(client: Client) -> None:
    await make_space()
    headers = await bearer()
    await client.post("/api/v1/topics", json=DRAFT, headers=headers)
    await execute("update write_once set started_at = started_at - interval '25 hours'")
    again = await client.post("/api/v1/topics", json={**DRAFT, "title": "A day later"}, headers=headers)
    assert (again.status_code, "idempotent-replayed" in again.headers) == (201, False)

    await execute("update write_once set started_at = started_at - interval '25 hours'")
    assert await once.forget_old_writes() == 1


async def test_nothing_that_was_sent_stands_in_the_row(client: Client) -> None:
    await make_space()
    await client.post("/api/v1/topics", json=DRAFT, headers=await bearer(key="a-telling-key"))
    row = str(await fetch_value("select w::text from write_once w"))
    assert "telling" not in row
    assert b"telling".hex() not in row
    assert DRAFT["title"].encode().hex() not in row


@pytest.mark.parametrize("key", ["", "é", "x" * 256])
async def test_a_key_that_is_none_is_refused(client: Client, key: str) -> None:
    headers = await bearer()
    sent = [(b"authorization", headers["authorization"].encode()), (b"idempotency-key", key.encode())]
    answer = await client.post("/api/v1/topics", json=DRAFT, headers=sent)
    assert answer.status_code == 422
    assert "255" in answer.json()["error"]["fields"]["Idempotency-Key"]


async def test_a_form_sent_again_has_another_line_between_its_parts(client: Client) -> None:
    headers = await bearer()
    body = '--{0}\r\ncontent-disposition: form-data; name="x"\r\n\r\nthe same\r\n--{0}--\r\n'
    answers = [
        await client.post(
            "/api/v1/files",
            content=body.format(line).encode(),
            headers={**headers, "content-type": f"multipart/form-data; boundary={line}"},
        )
        for line in ("aaaa1111", "bbbb2222")
    ]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotent-replayed"] == "true"


async def _let_the_lease_end() -> None:
    await execute("update write_once set leased_until = $1", now() - once.LEASE)
