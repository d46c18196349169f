"""Invented months of people who type, some of whom write a ticket: what suggestions spare is known, because we chose it."""

from dataclasses import dataclass

import numpy as np

from kb.insights.deflection.estimating import Sums


@dataclass(frozen=True, slots=True)
class World:
    """`people` begin one to many sessions each (`busy`: how many more on average). Each has an inclination of their own to write
    a ticket, `inclined` on average; being shown something spares the share `spared` of their tickets."""

    people: int = 3_000
    busy: float = 0.8
    inclined: float = 0.3
    spared: float = 0.25
    held: float = 0.05

    @property
    def truth(self) -> float:
        """How much larger the share of sessions with a ticket is without suggestions. Who is inclined types no more often than others."""
        return self.inclined * self.spared


@dataclass(frozen=True, slots=True)
class Month:
    """What each person did: how many sessions, how many of them ended in a ticket, and whether they were held out."""

    sessions: np.ndarray
    tickets: np.ndarray
    is_held: np.ndarray

    @property
    def arms(self) -> tuple[Sums, Sums]:
        """The held arm and the shown one, added up as the statement of `reading.py` does."""
        return self._sums(self.is_held), self._sums(~self.is_held)

    def _sums(self, arm: np.ndarray) -> Sums:
        n, y = self.sessions[arm], self.tickets[arm]
        return Sums(len(n), *(int(total) for total in (n.sum(), y.sum(), (n * n).sum(), (y * n).sum(), (y * y).sum())))


def live(world: World, random: np.random.Generator) -> Month:
    """One month of that world."""
    sessions = random.geometric(1 / (1 + world.busy), world.people)
    inclination = random.beta(2 * world.inclined, 2 * (1 - world.inclined), world.people)
    is_held = random.random(world.people) < world.held
    tickets = random.binomial(sessions, np.where(is_held, inclination, inclination * (1 - world.spared)))
    return Month(sessions, tickets, is_held)
