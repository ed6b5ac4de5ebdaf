"""What products are to one another, worked out from a catalogue and from what was bought; one method a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from assistant.product import Product, RelationKind
from kg.derivations import Derivation
from kg.relations import baskets, compatibility, series, substitutes
from kg.relations.transactions import Broken, Transactions, read_transactions
from kg.vocabulary import INVERSE

__all__ = ["Broken", "Progress", "Transactions", "derive", "read_transactions"]

_FITS = (RelationKind.CONSUMABLE_OF, RelationKind.ACCESSORY_OF, RelationKind.COMPATIBLE)


class Progress(Protocol):
    """Shows the steps of a derivation."""

    def step(self, name: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """Begin a step of `total` units (None: unknown); yields what advances it."""


def derive(
    products: Sequence[Product],
    *,
    transactions: Transactions | None = None,
    vectors: np.ndarray | None = None,
    progress: Progress,
) -> list[Derivation]:
    """Work out relations and series of `products`, one `Derivation` a method.

    `transactions` (their product codes may be ids, SKUs, part numbers or GTINs) add what is bought together and similar
    taste. `vectors`, shape (products, dimensions), aligned, each of length 1, have a say in what is alike; measured on
    Icecat they do not help. Raises `ValueError` when they are not aligned.
    """
    with progress.step("Compatibility", len(products)) as advance:
        found = [compatibility.compatibility(products, advance)]
    with progress.step("Series", len(products)) as advance:
        found.append(series.series(products, advance))
    fits = _fits(products, found[0])
    with progress.step("Substitutes", len(products)) as advance:
        found.append(substitutes.substitutes(products, fits=fits, vectors=vectors, advance=advance))
    if transactions is not None:
        known_lines = transactions.known_to(products)
        with progress.step("Baskets", 2) as advance:
            found.append(baskets.bought_together(known_lines))
            advance(1)
            found.append(baskets.similar_taste(known_lines))
            advance(1)
    return [derivation for derivation in found if derivation.relations or derivation.series]


def _fits(products: Sequence[Product], worked_out: Derivation) -> dict[str, frozenset[str]]:
    """Return by product id what it is for: what the catalogue states and what was worked out."""
    fits: dict[str, set[str]] = defaultdict(set)
    stated = ((p.id, r.kind, r.id) for p in products for r in p.related)
    for id_, kind, other in (*stated, *((r.id, r.kind, r.other) for r in worked_out.relations)):
        if kind in INVERSE:
            fits[other].add(id_)
        elif kind in _FITS:
            fits[id_].add(other)
    return {id_: frozenset(others) for id_, others in fits.items()}
