"""Retrieval quality with ir-measures: nDCG@10 with unjudged = 0 and judged-only, recall@100, bootstrap intervals."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG

Qrels = Mapping[str, Mapping[str, int]]
Run = Mapping[str, Mapping[str, float]]

NDCG, JUDGED = nDCG @ 10, nDCG(judged_only=True) @ 10
RECALL, MRR = R(rel=3) @ 100, RR(rel=2) @ 10
MEASURES = (NDCG, JUDGED, RECALL, MRR)
_RESAMPLES = 2000


@dataclass(frozen=True)
class Estimate:
    """The mean over queries with a 95 % bootstrap interval; `queries` is how many it is a mean of."""

    mean: float
    low: float
    high: float
    queries: int


def read_ratings(path: Path) -> dict[str, dict[str, int]]:
    """Read `query,docid,rating` rows."""
    ratings: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            ratings[row["query"]][row["docid"]] = int(row["rating"])
    return dict(ratings)


def per_query(measure: ir_measures.Measure, qrels: Qrels, run: Run) -> dict[str, float]:
    """Return the measure of each query; a query with no answer counts 0.

    Recall leaves out queries that have nothing of the highest grade to find.
    """
    asked = qrels
    if measure == RECALL:
        asked = {q: grades for q, grades in qrels.items() if 3 in grades.values()}
    values = dict.fromkeys(asked, 0.0)
    for metric in ir_measures.iter_calc([measure], asked, {q: dict(run.get(q, {})) for q in asked}):
        values[metric.query_id] = metric.value
    return values


def estimate(values: Mapping[str, float], seed: int = 0) -> Estimate:
    """Return mean and percentile bootstrap interval over queries (2,000 resamples)."""
    array = np.array(list(values.values()))
    means = array[np.random.default_rng(seed).integers(0, len(array), (_RESAMPLES, len(array)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return Estimate(float(array.mean()), float(low), float(high), len(array))


def difference(first: Mapping[str, float], second: Mapping[str, float], seed: int = 0) -> Estimate:
    """Return the paired difference `first - second` with its bootstrap interval."""
    return estimate({q: first[q] - second[q] for q in first}, seed)
