"""found = retrieve(state'): candidates from the graph, Chroma and BM25, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint, Operator, forget
from kg import questions
from retrieval.encoder import Encoder
from retrieval.fusion import reciprocal_rank
from retrieval.lexical import Hits, tokens
from retrieval.vectors import Where

_IDS_AT_MOST = 1500
"""Above so many allowed products Chroma is filtered by metadata alone: a long list of ids costs more than it saves."""
WEIGHTS = (1.0, 0.25, 0.2, 0.1)
"""Of the lexical and the vector list, then of both again among what meets the soft demands too (chosen on ratings)."""


@dataclass
class Found:
    """Candidates, best first, with their places in each list and how they came about."""

    ids: list[str] = field(default_factory=list)
    fused: dict[str, float] = field(default_factory=dict)
    lexical: dict[str, int] = field(default_factory=dict)
    vector: dict[str, int] = field(default_factory=dict)
    allowed: list[str] | None = None
    preferred: set[str] | None = None
    specific: bool = True
    sparql: str = ""
    milliseconds: dict[str, float] = field(default_factory=dict)


def retrieve(catalogue: Catalogue, encoder: Encoder, query: str, constraints: Sequence[Constraint], k: int) -> Found:
    """Return up to `k` candidates from each retriever, all of which meet every hard constraint.

    Those that meet the soft ones too come further in front. Without words to search for, all products that meet the constraints are candidates, in no order.
    """
    found = Found()
    started = perf_counter()
    hard = [c for c in constraints if not c.soft]
    if constraints:
        found.sparql, bindings = questions.constraint_query(constraints)
        found.sparql += "".join(f"\n# ?{name} = {value.n3()}" for name, value in bindings.items())
        found.allowed = questions.matching(catalogue.graph, constraints)
    preferred = found.allowed if len(hard) < len(constraints) else None
    if preferred is not None:
        found.allowed = questions.matching(catalogue.graph, hard) if hard else None
    found.milliseconds["graph"] = since(started)
    if found.allowed is not None and not found.allowed:
        return found
    if not query:
        # What meets the soft demands too comes first, the rest is not shut out.
        found.ids = list(dict.fromkeys([*(preferred or ()), *(found.allowed or ())]))[: 4 * k]
        return found
    started = perf_counter()
    words = _unspoken(query, hard)
    # "a phone": every phone fits, and the word says nothing of which one is better.
    found.specific = bool(tokens(words))
    words = words if found.specific else query
    lexical = [catalogue.lexical.search(words, k, found.allowed)]
    if preferred:
        lexical.append(catalogue.lexical.search(words, k, preferred))
    found.milliseconds["lexical"] = since(started)
    started = perf_counter()
    vector = encoder.queries([query])[0]
    vectors = [_nearest(catalogue, vector, hard, found.allowed, k)]
    if preferred:
        vectors.append(_nearest(catalogue, vector, constraints, preferred, k))
    found.milliseconds["vectors"] = since(started)
    found.lexical = {id_: rank for rank, (id_, _) in enumerate(lexical[0], 1)}
    found.vector = {id_: rank for rank, (id_, _) in enumerate(vectors[0], 1)}
    lists = [[id_ for id_, _ in hits] for hits in (lexical[0], vectors[0], *lexical[1:], *vectors[1:])]
    found.fused = dict(reciprocal_rank(lists, WEIGHTS))
    found.ids = list(found.fused)
    if preferred:
        found.preferred = set(preferred)
    return found


def _unspoken(query: str, met: Sequence[Constraint]) -> str:
    """Return the words of `query` that no hard constraint stands for: every candidate has those anyway."""
    for constraint in met:
        if constraint.said and constraint.operator is Operator.EQUAL:
            query = forget(query, constraint.said)
    return query


def since(started: float) -> float:
    """Return the milliseconds from `started` (of `perf_counter`) until now."""
    return round((perf_counter() - started) * 1000, 1)


def _nearest(
    catalogue: Catalogue, vector: np.ndarray, constraints: Sequence[Constraint], allowed: list[str] | None, k: int
) -> Hits:
    if allowed is not None and len(allowed) <= _IDS_AT_MOST:
        return catalogue.vectors.search(vector, min(k, len(allowed)), among=allowed)
    hits = catalogue.vectors.search(vector, k, where=_where(constraints))
    keep = None if allowed is None else set(allowed)
    return [hit for hit in hits if keep is None or hit[0] in keep]


def _where(constraints: Sequence[Constraint]) -> Where | None:
    """Return the part of the constraints that Chroma's metadata can tell."""
    parts: list[Where] = []
    for c in constraints:
        if c.attribute == "price":
            name = {Operator.AT_MOST: "$lte", Operator.AT_LEAST: "$gte", Operator.BELOW: "$lt", Operator.ABOVE: "$gt"}
            if c.operator in name:
                parts.append({"price": {name[c.operator]: float(c.value)}})
        elif c.attribute == "brand":
            brands = [str(value).casefold() for value in c.values]
            parts.append({"brand": {"$in": brands} if c.operator is Operator.EQUAL else {"$ne": brands[0]}})
        elif c.attribute == "category" and c.operator is Operator.EQUAL:
            depth = str(c.value).count(" > ") + 1
            parts.append({f"category_{depth}": str(c.value).casefold()})
    if len(parts) > 1:
        return {"$and": parts}
    return parts[0] if parts else None
