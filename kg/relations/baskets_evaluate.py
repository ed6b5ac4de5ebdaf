"""Measures what is bought together, and similar taste, on the last basket of each shopper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kg.relations.baskets import Pair, strongest, taste, together
from kg.relations.transactions import Line

_RESAMPLES = 1000


@dataclass(frozen=True)
class Estimate:
    """A mean over shoppers with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Compared:
    """Precision and hit rate at k of one way of recommending, over `shoppers`."""

    precision: Estimate
    hit_rate: Estimate
    shoppers: int


def split(lines: Sequence[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    """Return all lines but those of each shopper's last basket, and the last basket of who has two or more."""
    times: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines:
        if line.customer:
            known = times[line.customer].get(line.invoice)
            if known is None or line.time < known.time:
                times[line.customer][line.invoice] = line
    last = {
        customer: max(baskets.values(), key=lambda line: (line.time, line.invoice)).invoice
        for customer, baskets in times.items()
        if len(baskets) > 1
    }
    held: dict[str, list[Line]] = defaultdict(list)
    train = []
    for line in lines:
        if line.customer and last.get(line.customer) == line.invoice:
            held[line.customer].append(line)
        else:
            train.append(line)
    return train, dict(held)


def evaluate_together(lines: Sequence[Line], k: int = 10) -> dict[str, Compared]:
    """Given one product of a last basket, are others of that basket among its `k` complements?

    A shopper counts once: the mean over the products of the basket. Popularity is the same list for all.
    """
    train, held = split(lines)
    partners = _partners(strongest(together(train)))
    popular = [id_ for id_, _ in Counter(line.product for line in train).most_common(k + 1)]
    ways: dict[str, Callable[[str], list[str]]] = {
        "complements": lambda id_: [other for other, _ in partners.get(id_, ())][:k],
        "popular": lambda id_: [other for other in popular if other != id_][:k],
    }
    scores: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for basket in held.values():
        wanted = {line.product for line in basket}
        if len(wanted) < 2:
            continue
        for name, way in ways.items():
            hits = [len(wanted.intersection(way(id_)) - {id_}) for id_ in sorted(wanted)]
            scores[name].append((float(np.mean(hits)) / k, float(np.mean([hit > 0 for hit in hits]))))
    return {name: _compared(told) for name, told in scores.items()}


def evaluate_taste(lines: Sequence[Line], k: int = 10) -> dict[str, Compared]:
    """Given all that a shopper bought before, are products of the last basket, new to her, among `k` recommended?"""
    train, held = split(lines)
    partners = _partners(strongest(taste(train)))
    popular = [id_ for id_, _ in Counter(line.product for line in train).most_common()]
    before: dict[str, set[str]] = defaultdict(set)
    for line in train:
        if line.customer:
            before[line.customer].add(line.product)
    scores: dict[str, list[tuple[float, float]]] = {"similar taste": [], "popular": []}
    for customer, basket in sorted(held.items()):
        wanted = {line.product for line in basket} - before[customer]
        if not wanted:
            continue
        weights: dict[str, float] = defaultdict(float)
        for id_ in sorted(before[customer]):
            for other, share in partners.get(id_, ()):
                weights[other] += share
        by_taste = sorted((id_ for id_ in weights if id_ not in before[customer]), key=lambda id_: (-weights[id_], id_))
        by_fame = (id_ for id_ in popular if id_ not in before[customer])
        for name, ranked in (
            ("similar taste", by_taste[:k]),
            ("popular", [id_ for id_, _ in zip(by_fame, range(k), strict=False)]),
        ):
            hits = len(wanted.intersection(ranked))
            scores[name].append((hits / k, float(hits > 0)))
    return {name: _compared(told) for name, told in scores.items()}


def _partners(pairs: Iterable[Pair]) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair in pairs:
        found[pair.a].append((pair.b, pair.share))
        found[pair.b].append((pair.a, pair.share))
    return {id_: sorted(others, key=lambda other: (-other[1], other[0])) for id_, others in found.items()}


def _compared(scores: Sequence[tuple[float, float]]) -> Compared:
    if not scores:
        raise ValueError("no shopper has two baskets, so there is no last one to foretell")
    array = np.array(scores)
    return Compared(_estimate(array[:, 0]), _estimate(array[:, 1]), len(scores))


def _estimate(values: np.ndarray) -> Estimate:
    random = np.random.default_rng(0)
    means = [values[random.integers(0, len(values), len(values))].mean() for _ in range(_RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(values.mean()), float(low), float(high))
