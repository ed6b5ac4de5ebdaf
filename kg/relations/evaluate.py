"""Measures derived relations against pairs that a person judged."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from scipy.stats import binomtest

from assistant.product import Product, RelationKind
from kg.derivations import Derivation
from kg.relations.compatibility import CONFIDENCE, find, kind
from kg.relations.variants import variants

NONE = "none"


class Share(NamedTuple):
    """A share of a labelled sample with its Wilson 95 % interval, and the sample's size."""

    value: float
    low: float
    high: float
    total: int

    @classmethod
    def of(cls, right: int, total: int) -> Share:
        """Return the share of `right` in `total` (Wilson 1927, J. Am. Stat. Assoc. 22).

        Raises `ValueError` when `total` is not positive.
        """
        if total < 1:
            raise ValueError(f"a share needs at least one labelled pair, found {total}")
        interval = binomtest(right, total).proportion_ci(method="wilson")
        return cls(right / total, float(interval.low), float(interval.high), total)


@dataclass(frozen=True)
class Judged:
    """A row of a label file: two ids (or an id and a series), and whether a person found the two right."""

    id: str
    other: str
    right: bool
    row: Mapping[str, str]


def read(file: Path, other: str = "other") -> list[Judged]:
    """Read labels: a CSV with `id`, the column `other` and `right` (yes, no) or `kind` (`none`: not right)."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Judged(row["id"], row[other], row["right"] == "yes" if "right" in row else row["kind"] != NONE, row)
            for row in csv.DictReader(lines)
        ]


def pairs(file: Path) -> list[tuple[str, str]]:
    """Read pairs that are known to be true: a CSV with `id` and `other`."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["id"], row["other"]) for row in csv.DictReader(lines)]


@dataclass(frozen=True)
class Compatibility:
    """How right the derived compatibility is: by band, in all, and how many of the pairs found by hand are found.

    `all` weights each band by how often it is found; `kinds` is the share of right pairs whose kind is that of the person.
    """

    bands: dict[str, Share]
    found: dict[str, int]
    all: float
    kinds: Share
    recall: Share


def compatibility(
    products: Sequence[Product], labels: Sequence[Judged], known: Iterable[tuple[str, str]]
) -> Compatibility:
    """Compare the derived compatibility of `products` with `labels`, and with pairs `known` to be true.

    Labelled pairs that are no longer derived say nothing about precision. Raises `ValueError` when none is derived.
    """
    derived = {(products[f.source].id, products[f.host].id): f for f in find(products)}
    hits: dict[str, list[bool]] = defaultdict(list)
    kinds = []
    for label in labels:
        if pair := derived.get((label.id, label.other)):
            hits[pair.band].append(label.right)
            if label.right:
                kinds.append(kind(products[pair.source]) == RelationKind(label.row["kind"]))
    found: dict[str, int] = defaultdict(int)
    for pair in derived.values():
        found[pair.band] += 1
    shares = {band: Share.of(sum(hits[band]), len(hits[band])) for band in CONFIDENCE if hits[band]}
    if not shares:
        raise ValueError(f"none of the {len(labels)} labelled pairs is derived; are the labels of another catalogue?")
    of_labelled = sum(found[band] for band in shares)
    return Compatibility(
        shares, dict(found), sum(share.value * found[band] for band, share in shares.items()) / of_labelled,
        Share.of(sum(kinds), len(kinds)), Share.of(*_hits(pair in derived for pair in known)),
    )  # fmt: skip


def series(derivation: Derivation, labels: Sequence[Judged]) -> dict[float, Share]:
    """Return by confidence the share of labelled memberships that are right."""
    derived = {(m.id, m.series.casefold()): m.confidence for m in derivation.series}
    hits: dict[float, list[bool]] = defaultdict(list)
    for label in labels:
        if (confidence := derived.get((label.id, label.other.casefold()))) is not None:
            hits[confidence].append(label.right)
    return {confidence: Share.of(sum(found), len(found)) for confidence, found in sorted(hits.items())}


def substitutes(
    derivation: Derivation, labels: Sequence[Judged], edges: Sequence[float] = (0.5, 0.65, 0.8)
) -> dict[str, Share]:
    """Return by band of confidence, between `edges`, the share of labelled pairs that can stand in for one another."""
    derived = {frozenset((r.id, r.other)): r.confidence for r in derivation.relations}
    hits: dict[str, list[bool]] = defaultdict(list)
    bounds = (0.0, *edges, 1.0)
    for label in labels:
        if (confidence := derived.get(frozenset((label.id, label.other)))) is not None:
            low, high = next((a, b) for a, b in pairwise(bounds) if confidence < b or b == 1)
            hits[f"{low:.2f} to {high:.2f}"].append(label.right)
    return {band: Share.of(sum(found), len(found)) for band, found in sorted(hits.items())}


def variants_share(products: Sequence[Product], labels: Sequence[Judged], *, measures: bool) -> Share:
    """Return the share of labelled pairs, among those found, that differ only in colour (or measures too)."""
    group = {id_: n for n, ids in enumerate(variants(products, measures=measures)) for id_ in ids}
    return Share.of(*_hits(
        label.right for label in labels
        if group.get(label.id) is not None and group.get(label.id) == group.get(label.other)
        and measures == (label.row["differ"] != "colour")
    ))  # fmt: skip


def _hits(judged: Iterable[bool]) -> tuple[int, int]:
    told = list(judged)
    return sum(told), len(told)
