"""What is bought together, and what the same shoppers buy at other times, from transactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import sparse

from assistant.product import RelationKind
from kg.derivations import Derivation, Derived
from kg.relations.transactions import Line, Transactions

TOGETHER, TASTE = "baskets", "taste"
_LEAST = 5
_SIGNIFICANT = 10.828
"""Of the log-likelihood ratio: 0.1 % of a chi-square with one degree of freedom."""
_SHRINK = 10.0
"""Baskets (or shoppers) without the pair that are added to those seen: what was seen seldom is believed less."""
_MOST = 20


@dataclass(frozen=True)
class Pair:
    """Two products with `both` of `total` baskets (or shoppers) having both, `first` the one and `second` the other."""

    a: str
    b: str
    both: int
    first: int
    second: int
    total: int

    @property
    def share(self) -> float:
        """Shrunk cosine of the two (0 to 1): high where each is seldom bought without the other."""
        return self.both / (sqrt(self.first * self.second) + _SHRINK)

    @property
    def lift(self) -> float:
        """How many times more often than by chance they come together."""
        return self.both * self.total / (self.first * self.second)


def pairs(groups: Iterable[Iterable[str]], apart: Mapping[tuple[str, str], int] | None = None) -> list[Pair]:
    """Return the products that come together in `groups` significantly more often than by chance.

    Of each pair its count less `apart` (by ids in order) has to be `_LEAST` or more, and the log-likelihood ratio
    (Dunning 1993, Computational Linguistics 19(1), section 4.2) significant at 0.1 %.
    """
    sets = [sorted(set(group)) for group in groups]
    ids = sorted({id_ for group in sets for id_ in group})
    position = {id_: n for n, id_ in enumerate(ids)}
    rows = np.repeat(np.arange(len(sets)), [len(group) for group in sets])
    columns = np.fromiter((position[id_] for group in sets for id_ in group), dtype=np.int64, count=len(rows))
    has = sparse.csr_matrix((np.ones(len(rows), np.int32), (rows, columns)), shape=(len(sets), len(ids)))
    counts = np.asarray(has.sum(axis=0)).ravel()
    together = sparse.triu(has.T @ has, k=1).tocoo()
    n_both = together.data.astype(np.float64)
    if apart:
        n_both -= np.array([apart.get((ids[a], ids[b]), 0) for a, b in zip(together.row, together.col, strict=True)])
    first, second = counts[together.row], counts[together.col]
    told = (n_both >= _LEAST) & (n_both * len(sets) > first.astype(np.float64) * second)
    told &= likelihood_ratio(n_both, first, second, len(sets)) >= _SIGNIFICANT
    return [
        Pair(ids[together.row[n]], ids[together.col[n]], int(n_both[n]), int(first[n]), int(second[n]), len(sets))
        for n in np.flatnonzero(told)
    ]


def likelihood_ratio(both: np.ndarray, first: np.ndarray, second: np.ndarray, total: int) -> np.ndarray:
    """Return Dunning's -2 log λ that two things are independent; arrays of shape (n,) of counts.

    `both` of `total` groups have the two, `first` the one, `second` the other.
    """
    both, first, second = (np.asarray(x, np.float64) for x in (both, first, second))
    cells = np.stack([both, first - both, second - both, total - first - second + both])
    expected = np.stack([
        first * second, first * (total - second), (total - first) * second, (total - first) * (total - second),
    ]) / total  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(cells > 0, cells * np.log(cells / expected), 0.0)
    return 2 * terms.sum(axis=0)


def strongest(found: Sequence[Pair], most: int = _MOST) -> list[Pair]:
    """Return the pairs that are among the `most` best of either of their two products, the best first."""
    ranked = sorted(found, key=lambda pair: (-pair.share, pair.a, pair.b))
    seen: dict[str, int] = defaultdict(int)
    kept = []
    for pair in ranked:
        if min(seen[pair.a], seen[pair.b]) < most:
            kept.append(pair)
        seen[pair.a] += 1
        seen[pair.b] += 1
    return kept


def _by(lines: Iterable[Line], key: str) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if name := getattr(line, key):
            groups[name].add(line.product)
    return groups


def together(lines: Iterable[Line]) -> list[Pair]:
    """Return what is bought in the same basket."""
    return pairs(_by(lines, "invoice").values())


def taste(lines: Iterable[Line]) -> list[Pair]:
    """Return what the same shoppers buy in different baskets; who bought the two only in one basket does not count."""
    known = [line for line in lines if line.customer]
    times: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in known:
        times[line.customer or "", line.product].add(line.invoice)
    shoppers = _by(known, "customer")
    apart: dict[tuple[str, str], int] = defaultdict(int)
    baskets = _by(known, "invoice")
    of = {line.invoice: line.customer or "" for line in known}
    for invoice, basket in baskets.items():
        # Only products that this shopper bought a single time can be a pair of one basket only.
        once = sorted(id_ for id_ in basket if len(times[of[invoice], id_]) == 1)
        for n, a in enumerate(once):
            for b in once[n + 1 :]:
                apart[a, b] += 1
    return pairs(shoppers.values(), apart)


_HOW = {
    TOGETHER: "Products that come in the same basket significantly more often than by chance (log-likelihood ratio, 0.1 %); "
    f"the confidence is the cosine of the two over baskets, shrunk by {_SHRINK:.0f} baskets without the pair.",
    TASTE: "Products that the same shoppers buy in different baskets significantly more often than by chance "
    f"(log-likelihood ratio, 0.1 %); the confidence is the cosine of the two over shoppers, shrunk by {_SHRINK:.0f} of them.",
}


def bought_together(transactions: Transactions) -> Derivation:
    """Work out what is bought in the same basket."""
    relations = tuple(
        Derived(
            p.a, RelationKind.BOUGHT_TOGETHER, p.b, p.share,
            f"in {p.both} of {p.first} baskets with the one and of {p.second} with the other, {p.lift:.1f} times as often as by chance",
        )
        for p in strongest(together(transactions.lines))
    )  # fmt: skip
    return Derivation(TOGETHER, _HOW[TOGETHER], (transactions.source,), relations)


def similar_taste(transactions: Transactions) -> Derivation:
    """Work out what the same shoppers buy at other times."""
    relations = tuple(
        Derived(
            p.a, RelationKind.SIMILAR_TASTE, p.b, p.share,
            f"{p.both} shoppers bought both at different times, of {p.first} with the one and {p.second} with the other",
        )
        for p in strongest(taste(transactions.lines))
    )  # fmt: skip
    return Derivation(TASTE, _HOW[TASTE], (transactions.source,), relations)
