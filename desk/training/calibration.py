"""When the bot is 70 % sure of a topic, is it right in 70 % of the cases?"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

BINS = 10


def calibration(records: Sequence[Mapping[str, Any]], cited: Mapping[str, set[int]]) -> list[dict[str, float]]:
    """For each tenth of sureness that occurs: {low, number, sure (mean), right (share)}, over frozen questions that
    have an answer. Right is a first topic whose answer cites a paragraph that the question asks for."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for one in records:
        if one["set"] == "frozen" and one["tier"] == "answer" and one["ranking"]:
            topic, sure = one["ranking"][0]
            right = bool(cited.get(topic, set()) & set(one["paragraphs"]))
            found[min(int(sure * BINS), BINS - 1)].append((sure, right))
    return [
        {
            "low": number / BINS,
            "number": len(pairs),
            "sure": sum(sure for sure, _ in pairs) / len(pairs),
            "right": sum(right for _, right in pairs) / len(pairs),
        }
        for number, pairs in enumerate(found)
        if pairs
    ]


def error(bins: Sequence[Mapping[str, float]]) -> float | None:
    """The expected calibration error, 0 to 1: the mean distance of sure and right, each bin by its number."""
    total = sum(one["number"] for one in bins)
    return sum(one["number"] * abs(one["sure"] - one["right"]) for one in bins) / total if total else None
