"""Questions for tests, asked the way people ask them."""

from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.embedding import ensure_model, vector_text
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_value
from kb.core.ids import new_id
from kb.forum.asking import AskedTopic, NewTopic, ask_topic
from tests.support.factories import make_person


async def ask(actor: Actor, title: str, *, body: str = "", space: str = "help") -> AskedTopic:
    """A topic in a public space, which is made if need be."""
    if not await fetch_value("select 1 from space where slug = $1", space):
        await execute("insert into space (id, slug, name, created_at) values ($1, $2, $2, $3)", new_id(), space, now())
    return await ask_topic(actor, NewTopic(space_slug=space, title=title, body=body or title))


async def seed_questions(deliver_all: Callable[[], Awaitable[int]], titles: Sequence[str]) -> None:
    """Each title asked by a person of its own, and clustered."""
    for title in titles:
        await ask(await make_person(), title)
    await deliver_all()


async def seed_vectors(*, problems: int, each: int, seed: int = 7, spread: float = 0.5) -> None:
    """Questions around `problems` random directions, with vectors and without clusters; titles name their problem."""
    model_id = await ensure_model(HashingEmbedder())
    random = np.random.default_rng(seed)
    centres = random.normal(size=(problems, 384))
    questions, vectors = [], []
    for number in range(problems * each):
        problem = number % problems
        question_id, text = new_id(), f"{WORDS[problem % len(WORDS)]} problem {problem}, told by person {number}"
        vector = centres[problem] + spread * random.normal(size=384)
        questions.append((question_id, new_id(), text, text.encode()))
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        vectors.append((question_id, model_id, text.encode(), vector_text(unit)))
    await execute_many(
        "insert into question (id, source_kind, source_id, parent_id, title, text, text_hash, visibility, asked_at, created_at)"
        " values ($1, 'search', $2, $2, $3, $3, $4, 'public', now(), now())",
        questions,
    )
    await execute_many(
        "insert into question_vector (question_id, model_id, text_hash, dimensions, vector) values ($1, $2, $3, 384, $4::text::vector)",
        vectors,
    )


WORDS = (
    "invoice",
    "password",
    "import",
    "refund",
    "webhook",
    "mobile",
    "tax",
    "report",
    "login",
    "export",
    "discount",
    "logo",
)
