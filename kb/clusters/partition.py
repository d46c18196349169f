"""Cuts the graph of near questions into groups: many Leiden runs vote, and a last one cuts the graph of their votes.

One run of Leiden ends in one of many cuts that are equally good by its own measure. Which questions most runs keep
together is steadier: on Banking77 twelve runs gave ARI .583 where single ones gave .55 to .58, and a refresh moves fewer
questions. The groups people see now have votes of their own, which is what keeps most questions where they are.
Leiden is the MIT-licensed native library's, on modularity.
"""

import graspologic_native
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kb.clusters.graph import Graph
from kb.clusters.groups import number_in_order

# Passes of the last cut over the whole graph. A third pass still moved ARI by up to .01 on Banking77, a tenth did not.
PASSES = 3
# Runs that vote. Six were as good on average and moved more; from LARGE questions on fewer keep the refresh in its budget.
RUNS = 12
RUNS_WHEN_LARGE = 4
LARGE = 200_000
# Votes of the present groups, as a share of the runs. When 30 % unseen questions come to 7,700 of Banking77, 8.5 % of the
# old ones move at a third of the runs, 4.3 % at as many and 2.8 % at twice as many; ARI is .596, .591 and .590.
PRESENT_SHARE = 1.0


def partition_graph(
    graph: Graph, *, resolution: float, seed: int, starting: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """A group number for each question, counted in order of first appearance. The same input gives the same groups.

    `starting` holds the groups of last time (negative: none yet). A question without any edge is a group of its own.
    """
    votes = _count_votes(graph, resolution, seed, starting)
    return number_in_order(_cut(votes, resolution, seed, PASSES))


def _count_votes(graph: Graph, resolution: float, seed: int, starting: NDArray[np.int64] | None) -> Graph:
    """The same edges, weighed by the share of runs (and of the present groups) that keep both ends together."""
    runs = RUNS if graph.size < LARGE else RUNS_WHEN_LARGE
    together = np.zeros(len(graph.weights), dtype=np.float32)
    rows = _Rows(graph)
    for run in range(runs):
        groups = rows.cut(resolution, seed + 1 + run, passes=1)
        together += groups[graph.sources] == groups[graph.targets]
    voters = np.full(len(graph.weights), runs, dtype=np.float32)
    if starting is not None:
        here, there = starting[graph.sources], starting[graph.targets]
        known = (here >= 0) & (there >= 0)
        together += PRESENT_SHARE * runs * (known & (here == there))
        voters += PRESENT_SHARE * runs * known
    # The edge itself is one more voter: without it a question that no run kept with anybody would be torn off.
    share = (together + graph.weights) / (voters + 1)
    return Graph(graph.size, graph.sources, graph.targets, share)


def _cut(graph: Graph, resolution: float, seed: int, passes: int) -> NDArray[np.int64]:
    return _Rows(graph).cut(resolution, seed, passes=passes)


class _Rows:
    """A graph as compressed sparse rows, each edge from both ends: what the library reads without copying."""

    def __init__(self, graph: Graph) -> None:
        self.size = graph.size
        ends = graph.sources.astype(np.int32), graph.targets.astype(np.int32)
        once = csr_matrix((graph.weights, ends), shape=(graph.size, graph.size))
        both = once + once.T
        self.starts, self.ends, self.weights = both.indptr.astype(np.int64), both.indices, both.data

    def cut(self, resolution: float, seed: int, *, passes: int) -> NDArray[np.int64]:
        """Groups of one Leiden run; a question the run did not name gets a group of its own."""
        groups = np.full(self.size, -1, dtype=np.int64)
        if len(self.weights):
            _, found = graspologic_native.leiden_csr(
                self.starts, self.ends, self.weights, self.size, resolution=resolution, iterations=passes, seed=seed
            )
            named = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
            groups[named] = np.fromiter(found.values(), dtype=np.int64, count=len(found))
        loose = np.flatnonzero(groups < 0)
        groups[loose] = groups.max(initial=-1) + 1 + np.arange(len(loose))
        return groups
