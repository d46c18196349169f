"""Suggestions with the shipped model and floors over the demo community: silent without an answer, helpful with one."""

import json
from collections import Counter
from pathlib import Path

import pytest

from kb.clusters.embedding import ensure_vectors
from kb.clusters.sweeping import sweep_unextracted
from kb.core.database import execute, fetch_all
from kb.demo.loading import load_demo
from kb.demo.reading import read_records
from kb.search.suggesting import suggest
from tests.support.factories import make_person
from tests.support.remembered_vectors import RememberedEmbedder

NO_ANSWER = [json.loads(line) for line in Path(__file__).with_name("no_answer.jsonl").read_text().splitlines()]

ANSWERABLE = {
    "I never get the email for choosing a new password": "login-reset-mail-missing",
    "I bought a new phone and cannot get past the two-step code": "login-2fa-lost-phone",
    "After signing in I land on the sign-in page again": "login-loop-after-sign-in",
    "My account is locked because of too many failed attempts": "login-locked-too-many-tries",
    "You took the monthly subscription money twice": "billing-charged-twice",
    "How can I cancel my plan?": "billing-cancel-plan",
    "Our invoices end up in the spam folder of clients": "mail-invoices-in-spam",
    "The invitation link my colleague got is expired": "team-invite-link-expired",
    "Clients receive the same payment reminder two times": "notifications-reminders-twice",
    "The CSV import hangs when I press Continue": "csv-import-continue-stuck",
    "Letters are replaced by squares in the invoice PDF": "pdf-characters-as-boxes",
    "How do I set the next invoice number?": "invoice-number-start",
    "Bank transactions are listed twice after reconnecting": "bank-feed-duplicates",
    "API answers with 429 too many requests": "api-rate-limit-429",
    "Reports take minutes to load": "report-pages-slow",
    "The VAT total differs by a cent because of rounding": "tax-rounding-one-cent",
}


def test_the_set_is_large_and_of_several_kinds() -> None:
    kinds = Counter(one["kind"] for one in NO_ANSWER)

    assert len({one["text"] for one in NO_ANSWER}) >= 200
    assert set(kinds) == {"unanswered", "near_miss", "off_topic", "gibberish"}
    assert min(kinds.values()) >= 40


async def test_silent_on_nine_tenths_of_what_has_no_answer_and_right_on_what_has_one(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow machine would fall back to words alone, which is another behaviour than the one measured here.
    monkeypatch.setattr("kb.search.gathering.EMBED_PATIENCE", 60.0)
    monkeypatch.setattr("kb.search.gathering.SEARCH_PATIENCE", 60.0)
    model = await _embedded_demo()
    reader = await make_person()

    silent: Counter[str] = Counter()
    for one in NO_ANSWER:
        silent[one["kind"]] += not (await suggest(reader, one["text"], embedder=model)).items
    problem_of = {topic["title"]: topic["problem"] for topic in read_records("topics")}
    right = 0
    for text, problem in ANSWERABLE.items():
        found = (await suggest(reader, text, embedder=model)).items
        right += bool(found) and problem_of.get(found[0].title) == problem

    kinds = Counter(one["kind"] for one in NO_ANSWER)
    assert silent.total() >= 0.93 * len(NO_ANSWER)  # .970 when it was written
    assert all(silent[kind] >= 0.85 * count for kind, count in kinds.items()), silent
    assert right >= 0.85 * len(ANSWERABLE)


async def _embedded_demo() -> RememberedEmbedder:
    """The demo's topics as questions with vectors; what happens to them later does not matter here."""
    model = RememberedEmbedder()
    await load_demo()
    await execute("delete from ticket")
    while await fetch_all(
        "select 1 from topic t where t.hidden_at is null and not exists (select 1 from question q where q.parent_id = t.id)"
    ):
        await sweep_unextracted()
    await ensure_vectors([row["id"] for row in await fetch_all("select id from question")], model)
    return model
