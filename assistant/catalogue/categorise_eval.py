"""Measures the derived categories against labels that a person gave."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from assistant.catalogue.categorise import CategoryPath
from assistant.product import Product

NONE = "none"
SEPARATOR = " > "
_Z = 1.959964  # of the two-sided 95 % interval


class Share(NamedTuple):
    """A share of a sample (0 to 1) with its Wilson 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, hits: int, total: int) -> Share:
        """Return the share of `hits` in `total` (Wilson 1927, J. Am. Stat. Assoc. 22).

        Raises `ValueError` when `total` is not positive.
        """
        if total < 1:
            raise ValueError(f"a share needs at least one labelled product, found {total}")
        value, square = hits / total, _Z**2
        centre = (value + square / (2 * total)) / (1 + square / total)
        half = _Z * sqrt(value * (1 - value) / total + square / (4 * total**2)) / (1 + square / total)
        return cls(value, max(0.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True)
class CategoryEvaluation:
    """How often the derived category is the labelled one.

    `leaf` compares whole paths, `root` first steps; of `answered` products a category was derived. `confusions`
    counts (label, derived) pairs that differ.
    """

    total: int
    leaf: Share
    root: Share
    answered: int
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)


def read_labels(file: Path) -> dict[str, CategoryPath]:
    """Return the path for each id of a CSV file with the columns `id` and `category` (`none` for no category)."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["id"]: () if row["category"] == NONE else tuple(row["category"].split(SEPARATOR))
            for row in csv.DictReader(lines)
        }


def evaluate(products: Sequence[Product], labels: Mapping[str, CategoryPath]) -> CategoryEvaluation:
    """Compare the categories of `products` with `labels` by id; products without a label are left out.

    Raises `ValueError` when a labelled id is not among the products.
    """
    derived = {product.id: product.category for product in products if product.id in labels}
    if missing := sorted(labels.keys() - derived.keys()):
        raise ValueError(f"{len(missing)} of {len(labels)} labelled ids are not in the catalogue, such as {missing[0]}")
    pairs = [(path, derived[id_]) for id_, path in labels.items()]
    confusions = Counter((_name(label), _name(path)) for label, path in pairs if label != path)
    return CategoryEvaluation(
        total=len(pairs),
        leaf=Share.of(sum(label == path for label, path in pairs), len(pairs)),
        root=Share.of(sum(label[:1] == path[:1] for label, path in pairs), len(pairs)),
        answered=sum(bool(path) for _, path in pairs),
        confusions=confusions,
    )


def _name(path: CategoryPath) -> str:
    return SEPARATOR.join(path) or NONE
