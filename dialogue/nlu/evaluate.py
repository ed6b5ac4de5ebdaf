"""Measures a reader of utterances: intents, exact spans, and how refusing out-of-scope trades off against false refusals."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dialogue.components.runtime import Reading
from dialogue.nlu.data import Example

Reader = Callable[[str], Reading]
_SAMPLES = 2000
_SEED = 5
NEAR_MISSES = frozenset(
    "order order_status shopping_list shopping_list_update greeting goodbye thank_you yes no maybe cancel repeat "
    "what_can_i_ask_you redeem_rewards".split()
)
"""CLINC150 intents that a shop's assistant may well take for its own; neither right nor wrong to refuse."""


class Interval(NamedTuple):
    """A measure (0 to 1) with the 95 % interval of a bootstrap over utterances."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return it as tables show it."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Outcome:
    """One utterance: what was wanted and what was read."""

    example: Example
    intent: str
    probability: float
    spans: frozenset[tuple[int, int, str]]

    @property
    def wanted(self) -> frozenset[tuple[int, int, str]]:
        """The spans as they are labelled."""
        return frozenset((s.start, s.end, s.label) for s in self.example.spans)


@dataclass(frozen=True)
class Measures:
    """Of one set of utterances: intent accuracy, micro-F1 of exact spans with their roles, F1 by entity, and confusions."""

    count: int
    intent: Interval
    slots: Interval
    by_label: dict[str, tuple[float, int]]
    confusions: Counter[tuple[str, str]]


def read_all(reader: Reader, examples: Iterable[Example]) -> list[Outcome]:
    """Let `reader` read all texts."""
    outcomes = []
    for example in examples:
        reading = reader(example.text)
        name, probability = reading.intents[0]
        spans = frozenset((m.start, m.end, f"{m.entity}#{m.role}" if m.role else m.entity) for m in reading.marks)
        outcomes.append(Outcome(example, name, probability, spans))
    return outcomes


def measure(outcomes: Sequence[Outcome]) -> Measures:
    """Measure outcomes; raises `ValueError` when there are none."""
    if not outcomes:
        raise ValueError("nothing to measure")
    right = np.array([o.intent == o.example.intent for o in outcomes], float)
    counts = np.array([(len(o.spans & o.wanted), len(o.spans), len(o.wanted)) for o in outcomes], float)
    labels = sorted({label for o in outcomes for _, _, label in o.wanted | o.spans})
    by_label = {}
    for label in labels:
        of = [({s for s in o.spans if s[2] == label}, {s for s in o.wanted if s[2] == label}) for o in outcomes]
        total = np.array([(len(got & want), len(got), len(want)) for got, want in of]).sum(0)
        by_label[label] = (_f1(total), int(total[2]))
    return Measures(
        len(outcomes),
        _bootstrap(right, np.mean),
        _bootstrap(counts, lambda rows: _f1(rows.sum(0))),
        by_label,
        Counter((o.example.intent, o.intent) for o in outcomes if o.intent != o.example.intent),
    )


def _f1(total: np.ndarray) -> float:
    shared, found, wanted = total
    return float(2 * shared / (found + wanted)) if found + wanted else 1.0


def _bootstrap(rows: np.ndarray, statistic: Callable[[np.ndarray], float]) -> Interval:
    rng = np.random.default_rng(_SEED)
    values = [statistic(rows[rng.integers(0, len(rows), len(rows))]) for _ in range(_SAMPLES)]
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(statistic(rows)), float(low), float(high))


class Point(NamedTuple):
    """One threshold: which share of out-of-scope is refused, and which share of what is in scope is refused wrongly."""

    threshold: float
    recall: float
    false_refusals: float


def refusals(reader: Reader, texts: Iterable[str], refuse: str) -> np.ndarray:
    """Return the probability of the class `refuse` for each text."""
    return np.array([dict(reader(text).intents)[refuse] for text in texts])


def curve(inside: np.ndarray, outside: np.ndarray, steps: int = 99) -> list[Point]:
    """Return the trade-off over thresholds, for refusal probabilities of texts in scope and out of it."""
    return [Point(t, float((outside >= t).mean()), float((inside >= t).mean())) for t in _thresholds(steps)]


def _thresholds(steps: int) -> list[float]:
    return [float(t) for t in np.linspace(0, 1, steps + 2)[1:-1]]


def calibrated(inside: np.ndarray, most_false: float, steps: int = 99) -> float:
    """Return the lowest threshold at which at most `most_false` of what is in scope is refused."""
    return next((t for t in _thresholds(steps) if (inside >= t).mean() <= most_false), 1.0)


def out_of_scope(clinc: Path) -> list[str]:
    """Return CLINC150's texts that no shop can answer (arXiv:1909.02027)."""
    with clinc.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["intent"] not in NEAR_MISSES]
