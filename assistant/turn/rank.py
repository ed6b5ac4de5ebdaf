"""ranked = rank(found, query): the cross-encoder reads the best candidates; fusion and quality break its ties."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.catalogue.store import Catalogue
from assistant.turn.retrieve import Found
from retrieval.reranker import Reranker

WEIGHTS = {"text": 0.125, "fusion": 0.625, "quality": 0.25}
"""What the cross-encoder, the fused lists and the buyers' opinions count for; they sum to 1.

The first two are chosen on rated queries: the cross-encoder gains on the held-out training queries and loses a little
on the development ones, so for now it has the smaller say (README, "Measured").
"""
_LOOKED_AT = 0.1
"""What closeness in the graph to what the shopper has looked at counts for, where they have."""
_UNSPECIFIC = 0.25
"""How much of the words' weight is left when all of them are demands that every candidate meets."""
_UNAVAILABLE = 0.5
"""Taken from the score of what cannot be had."""
_PRIOR_RATING, _PRIOR_COUNT = 3.8, 20
"""A few ratings are drawn towards an average shop's mean (a Bayesian average)."""


@dataclass(frozen=True)
class Ranked:
    """A candidate with its score and what each part gave to it; parts sum to the score."""

    id: str
    score: float
    rerank: float | None
    parts: Mapping[str, float]
    group: str | None = None


def rank(
    catalogue: Catalogue, reranker: Reranker, query: str, found: Found, depth: int, looked_at: Sequence[str] = ()
) -> list[Ranked]:
    """Order the candidates; the cross-encoder reads the best `depth` of the fusion, the rest follow behind them.

    What is near to what the shopper has `looked_at` in the graph's embeddings comes further in front.
    """
    head, tail = found.ids[:depth], found.ids[depth:]
    rows = catalogue.vectors.rows(found.ids)
    known = [id_ for id_ in head if id_ in rows]
    scores: dict[str, float] = {}
    if query and known:
        scores = dict(zip(known, map(float, reranker.scores(query, [rows[i][0] for i in known])), strict=True))
    # Where the words say nothing of which one is better, neither does an order made from them.
    trust = 1.0 if found.specific else _UNSPECIFIC
    best = max(found.fused.values(), default=1.0) / trust
    near = catalogue.embeddings.nearness(found.ids, looked_at) if catalogue.embeddings and looked_at else {}

    def scored(id_: str) -> Ranked:
        return _score(id_, scores.get(id_), trust, found.fused.get(id_, 0.0) / best, rows[id_][1], near.get(id_, 0.0))

    ranked = [scored(id_) for id_ in known]
    ranked.sort(key=lambda r: -r.score)
    floor = ranked[-1].score if ranked else 0.0
    rest = [scored(id_) for id_ in tail if id_ in rows]
    if not query:
        return sorted([*ranked, *rest], key=lambda r: -r.score)
    # What the cross-encoder has not read stays behind what it has.
    return ranked + [Ranked(r.id, floor - (n + 1) * 1e-4, None, r.parts, r.group) for n, r in enumerate(rest)]


def _score(
    id_: str, rerank: float | None, trust: float, fused: float, facts: Mapping[str, Any], near: float = 0.0
) -> Ranked:
    parts = {
        "text": WEIGHTS["text"] * trust * (rerank or 0.0),
        "fusion": WEIGHTS["fusion"] * fused,
        "quality": WEIGHTS["quality"] * quality(facts.get("rating"), facts.get("reviews", 0)),
        "graph": _LOOKED_AT * near,
        "availability": 0.0 if facts.get("available", True) else -_UNAVAILABLE,
    }
    return Ranked(id_, sum(parts.values()), rerank, parts, facts.get("group"))


def quality(rating: float | None, count: float) -> float:
    """Return 0 to 1 for how well and how surely a product is liked; 0.5 when nobody has rated it."""
    if rating is None:
        return 0.5
    mean = (rating * count + _PRIOR_RATING * _PRIOR_COUNT) / (count + _PRIOR_COUNT)
    sure = min(1.0, math.log10(1 + count) / 4)
    return 0.75 * max(0.0, (mean - 2.5) / 2.5) + 0.25 * sure


def one_a_group(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Keep the best of each product's variants in front; the others follow behind everything else."""
    seen: set[str] = set()
    first: list[Ranked] = []
    later: list[Ranked] = []
    for item in ranked:
        (later if item.group and item.group in seen else first).append(item)
        if item.group:
            seen.add(item.group)
    return first + later
