"""A corpus that grows question by question, and what askers see meanwhile."""

from itertools import pairwise

import numpy as np
import pytest

from kb.clusters.evaluating_streams import Order, evaluate_stream, order_arrivals
from kb.clusters.regrouping import has_grown_enough
from kb.clusters.streaming import Stream
from tests.kb.clusters.clouds import make_clouds

VECTORS, CLOUDS = make_clouds([30] * 12, seed=4, spread=0.5)
LABELS = [f"kind {cloud}" for cloud in CLOUDS]
TEXTS = [f"word{cloud} thing" for cloud in CLOUDS]


class Given:
    """Hands out vectors that are there already."""

    fingerprint = "given"
    dimensions = VECTORS.shape[1]

    async def embed(self, texts):
        return VECTORS[: len(texts)]


@pytest.mark.parametrize("order", list(Order))
async def test_every_question_is_served_once_and_clear_kinds_are_found(order):
    scores = await evaluate_stream(TEXTS, LABELS, Given(), order=order)
    assert scores.questions == len(TEXTS)
    assert scores.refreshed.v_measure > 0.95
    assert scores.refreshed.v_measure >= scores.served.v_measure > 0.7
    assert scores.refreshes[-1].questions == len(TEXTS)
    assert 0 <= scores.changed_mean < 0.2
    assert scores.kept_mean > 0.9


async def test_the_same_input_and_seed_give_the_same_stream():
    once, again = [await evaluate_stream(TEXTS, LABELS, Given(), order=Order.RANDOM, seed=3) for _ in range(2)]
    assert once == again


def test_each_order_brings_every_question_once():
    for order in Order:
        assert sorted(order_arrivals(LABELS, order, seed=1)) == list(range(len(LABELS)))


def test_later_kinds_are_not_seen_before_half_way():
    rows = order_arrivals(LABELS, Order.LATER_KINDS, seed=1)
    first, later = ({LABELS[row] for row in part} for part in np.split(rows, [len(rows) // 2]))
    assert len(first) == 6
    assert len(later - first) == 6


def test_a_refresh_is_due_after_five_per_cent_of_growth():
    assert not has_grown_enough(1, 0)
    assert has_grown_enough(2, 0)
    assert not has_grown_enough(105, 100)
    assert has_grown_enough(106, 100)


def test_what_was_served_stays_written_down_when_a_refresh_moves_the_question():
    stream = Stream(VECTORS, TEXTS)
    for _ in range(220):
        stream.arrive()
    served, before = list(stream.served), list(stream.places)
    shares = stream.refresh()
    moved = sum(a != b for a, b in zip(before, stream.places, strict=True))
    assert stream.served == served
    assert shares.changed == moved / 220
    assert (shares.confirmed, stream.refresh().confirmed) == (0, sum(place is not None for place in stream.places))


def test_a_stream_refreshes_at_the_products_cadence():
    stream, at = Stream(VECTORS, TEXTS), []
    while len(stream.places) < len(TEXTS):
        stream.arrive()
        if stream.is_refresh_due:
            at.append(stream.refresh().questions)
    assert all(later > 1.05 * earlier for earlier, later in pairwise(at))
