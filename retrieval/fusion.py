"""Merges ranked lists: reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

K = 60
"""The constant of the paper; it damps the weight of the first ranks."""


def reciprocal_rank(lists: Iterable[Sequence[str]], weights: Sequence[float] | None = None) -> list[tuple[str, float]]:
    """Return ids with their sums of `weight / (K + rank)` (rank from 1), best first; ties keep first appearance."""
    total: dict[str, float] = {}
    for position, ids in enumerate(lists):
        weight = weights[position] if weights else 1.0
        for rank, id_ in enumerate(ids, 1):
            total[id_] = total.get(id_, 0.0) + weight / (K + rank)
    return sorted(total.items(), key=lambda item: -item[1])
