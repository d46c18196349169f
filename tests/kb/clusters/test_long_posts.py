"""Posts with bodies, code, logs and greetings find their like as well as their titles alone do: real posts of a forum, whose
tags say roughly what belongs together."""

import re
from collections import Counter
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.imports.xml_rows import read_xml_rows
from kb.text.cleaning import question_text
from kb.text.html_to_markdown import markdown_from_html
from tests.support.remembered_vectors import RememberedEmbedder
from tests.support.shared_data import shared_data

POSTS = 300


@pytest.fixture(scope="module")
def posts() -> list[dict[str, str]]:
    dump = shared_data("stackexchange/cardano.stackexchange.com/Posts.xml")
    asked = (row for _, row in read_xml_rows(dump) if row.get("Title") and row.get("Tags"))
    return list(islice(asked, POSTS))


def share_near_their_like(vectors: NDArray[np.float32], tags: list[set[str]]) -> float:
    """Share of posts whose nearest other one has a tag of theirs, among those that share one with fewer than a fifth of all."""
    common = {tag for tag, count in Counter(tag for one in tags for tag in one).items() if count > len(tags) / 5}
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    nearest = similarity.argmax(axis=1)
    told = [bool((tags[row] & tags[near]) - common) for row, near in enumerate(nearest) if tags[row] - common]
    return sum(told) / len(told)


@pytest.mark.xdist_group("model")
async def test_whole_posts_are_as_near_to_their_like_as_titles_are(posts: list[dict[str, str]]) -> None:
    tags = [set(re.findall(r"[^<>|]+", post["Tags"])) for post in posts]
    embedder = RememberedEmbedder()
    titles = share_near_their_like(await embedder.embed([question_text(p["Title"], "") for p in posts]), tags)
    whole = share_near_their_like(
        await embedder.embed([question_text(p["Title"], markdown_from_html(p["Body"])) for p in posts]), tags
    )
    embedder.close()
    assert titles > 0.3
    assert whole >= titles
