"""How sure a share is: Wilson's score interval (1927), which keeps its promise where trials are few or all went alike. Pure."""

from math import sqrt

Z_95 = 1.96
"""Standard deviations of a two-sided 95 % interval."""


def wilson(share: float, trials: float, z: float = Z_95) -> tuple[float, float]:
    """Both ends of the interval of a share (0 to 1) seen in so many trials, which need not be whole; everything for no trials."""
    if trials <= 0:
        return 0.0, 1.0
    middle = share + z * z / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
