"""Searches among the vectors of a catalogue's products."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.product import RelationKind
from kg.embeddings.geometry import Geometry
from kg.embeddings.triples import product_relation
from kg.vocabulary import INVERSE

Scored = list[tuple[str, float]]
_FORWARDS = {inverse: kind for kind, inverse in INVERSE.items()}


@dataclass(frozen=True)
class ProductVectors:
    """Products by id with their vectors, float32 [n, d], and the relations by name, [d] each."""

    geometry: Geometry
    ids: tuple[str, ...]
    vectors: np.ndarray
    relations: Mapping[str, np.ndarray]

    def similar(self, id_: str, k: int, among: Collection[str] | None = None) -> Scored:
        """Return the `k` nearest products with their cosine, nearest first, itself left out; `among` restricts them.

        Raises `KeyError` for an unknown product.
        """
        own = self._row(id_)
        return self._best(self._directions @ self._directions[own], own, k, among)

    def complements(self, id_: str, kind: RelationKind, k: int, among: Collection[str] | None = None) -> Scored:
        """Return the `k` products that are most plausibly `kind` to a product, with their scores, best first.

        None when no product of the trained catalogue had such a relation. Raises `KeyError` for an unknown product.
        """
        own, forwards = self._row(id_), _FORWARDS.get(kind)
        relation = self.relations.get(product_relation(forwards or kind))
        if relation is None:
            return []
        place = self.geometry.heads if forwards else self.geometry.tails
        expected = place(self.vectors[[own]], relation[None])
        return self._best(self.geometry.compare_all(expected, self.vectors)[0], own, k, among)

    def nearness(self, ids: Collection[str], to: Collection[str]) -> dict[str, float]:
        """Return for each known one of `ids` its cosine to the mean direction of the known ones of `to`; below 0 is 0."""
        liked = [self._index[id_] for id_ in to if id_ in self._index]
        if not liked:
            return {}
        middle = self._directions[liked].mean(axis=0)
        middle = middle / max(float(np.linalg.norm(middle)), 1e-12)
        return {id_: max(0.0, float(self._directions[self._index[id_]] @ middle)) for id_ in ids if id_ in self._index}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {id_: row for row, id_ in enumerate(self.ids)}

    @cached_property
    def _directions(self) -> np.ndarray:
        return self.vectors / np.maximum(np.linalg.norm(self.vectors, axis=1, keepdims=True), 1e-12)

    def _row(self, id_: str) -> int:
        if id_ not in self._index:
            raise KeyError(f"found product {id_!r}, expected one of the {len(self.ids)} given")
        return self._index[id_]

    def _best(self, scores: np.ndarray, own: int, k: int, among: Collection[str] | None) -> Scored:
        rows = (
            np.arange(len(self.ids)) if among is None else np.array([self._index[i] for i in among if i in self._index])
        )
        rows = rows[rows != own].astype(np.int64)
        k = min(k, len(rows))
        if k < 1:
            return []
        top = rows[np.argpartition(-scores[rows], k - 1)[:k]]
        return [(self.ids[row], float(scores[row])) for row in top[np.argsort(-scores[top], kind="stable")]]
