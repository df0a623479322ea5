"""How sure a difference is: McNemar's exact test and Wilson's interval."""

from __future__ import annotations

from scipy.stats import binomtest

SURE = 0.95


def mcnemar(fixed: int, broken: int) -> float:
    """The exact p of McNemar's test, two-sided: how likely a split as uneven as this is if nothing has changed.

    `fixed` and `broken` count the cases that only one of both versions gets right (McNemar 1947).
    """
    return float(binomtest(fixed, fixed + broken, 0.5).pvalue) if fixed + broken else 1.0


def wilson(good: int, total: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927); 0 to 1 for no cases."""
    if not total:
        return 0.0, 1.0
    interval = binomtest(good, total).proportion_ci(SURE, method="wilson")
    return round(float(interval.low), 4), round(float(interval.high), 4)
