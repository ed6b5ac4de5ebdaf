"""Filtered link prediction: MRR and Hits@k over ranks of held-out triples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import bootstrap

from kg.embeddings.geometry import Geometry
from kg.embeddings.graph import HEAD, RELATION, TAIL

_BATCH = 256


class Known:
    """What is true, to be left out of the competition: the tails of (head, relation) and the heads of (tail, relation)."""

    def __init__(self, *triples: np.ndarray) -> None:
        """`triples` are int64 [n, 3] each: training, validation and test together (Bordes et al. 2013)."""
        rows = np.concatenate(triples)
        self._tails = _grouped(rows[:, HEAD], rows[:, RELATION], rows[:, TAIL])
        self._heads = _grouped(rows[:, TAIL], rows[:, RELATION], rows[:, HEAD])

    def others(self, side: int, given: int, relation: int) -> np.ndarray:
        """Return the entities that are true on `side` (`HEAD` or `TAIL`) of what is given, int64 [n]."""
        found = (self._heads if side == HEAD else self._tails).get((given, relation))
        return np.empty(0, np.int64) if found is None else found


def ranks(
    geometry: Geometry,
    entities: np.ndarray,
    relations: np.ndarray,
    triples: np.ndarray,
    known: Known,
    among: np.ndarray | None = None,
) -> np.ndarray:
    """Return the realistic filtered rank of the head and of the tail of each triple, float64 [n, 2], 1 is best.

    Entities are float32 [e, d], relations [r, d], triples int64 [n, 3]. Every entity competes, or only the positions
    `among`. Realistic is the mean of the optimistic and the pessimistic rank (Berrendorf et al. 2020), so that equal
    scores gain nothing.
    """  # fmt: skip
    result = np.empty((len(triples), 2))
    allowed = None
    if among is not None:
        allowed = np.zeros(len(entities), bool)
        allowed[among] = True
    for start in range(0, len(triples), _BATCH):
        rows = triples[start : start + _BATCH]
        heads, kinds, tails = entities[rows[:, HEAD]], relations[rows[:, RELATION]], entities[rows[:, TAIL]]
        for column, side, expected in (
            (0, HEAD, geometry.heads(tails, kinds)),
            (1, TAIL, geometry.tails(heads, kinds)),
        ):
            scores = geometry.compare_all(expected, entities)
            given = rows[:, TAIL if side == HEAD else HEAD]
            for line, (row, other) in enumerate(zip(rows, given, strict=True)):
                own = scores[line, row[side]]
                if allowed is not None:
                    scores[line, ~allowed] = -np.inf
                scores[line, known.others(side, int(other), int(row[RELATION]))] = -np.inf
                scores[line, row[side]] = -np.inf
                better, equal = (scores[line] > own).sum(), (scores[line] == own).sum()
                result[start + line, column] = 1 + better + equal / 2
    return result


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        """Three decimals, as a table shows it."""
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(values: np.ndarray, seed: int = 0) -> Interval:
    """Return the mean of `values` [n] with a percentile bootstrap interval (1,000 resamples).

    Raises `ValueError` when there are none.
    """
    if not len(values):
        raise ValueError("found nothing to average, expected at least one value")
    mean = float(np.mean(values))
    if np.ptp(values) == 0:
        return Interval(mean, mean, mean)
    found = bootstrap(
        (values,), np.mean, n_resamples=1000, batch=20, method="percentile", rng=np.random.default_rng(seed)
    ).confidence_interval
    return Interval(mean, float(found.low), float(found.high))


MEASURES = ("MRR", "Hits@1", "Hits@3", "Hits@10")


def measures(ranks_: np.ndarray) -> dict[str, np.ndarray]:
    """Return each of `MEASURES` for every triple, [n], from ranks [n] or [n, sides] (then the mean of the sides)."""
    ranks_ = ranks_.reshape(len(ranks_), -1)
    hits = {f"Hits@{k}": (ranks_ <= k).mean(1) for k in (1, 3, 10)}
    return {"MRR": (1 / ranks_).mean(1), **hits}


def _grouped(first: np.ndarray, relation: np.ndarray, other: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    order = np.lexsort((relation, first))
    first, relation, other = first[order], relation[order], other[order]
    changes = np.flatnonzero((np.diff(first) != 0) | (np.diff(relation) != 0)) + 1
    starts = np.concatenate([[0], changes]) if len(first) else np.empty(0, np.int64)
    groups = np.split(other, changes) if len(first) else []
    return {(int(first[s]), int(relation[s])): group for s, group in zip(starts, groups, strict=True)}
