"""Triples as numbers, and their split into training, validation and test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kg.embeddings.triples import Entity, Triple

HEAD, RELATION, TAIL = 0, 1, 2


@dataclass(frozen=True)
class TripleGraph:
    """Distinct triples as rows `(head, relation, tail)` of positions in `entities` and `relations`, int64 [n, 3]."""

    entities: tuple[Entity, ...]
    relations: tuple[str, ...]
    triples: np.ndarray

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> TripleGraph:
        """Number entities and relations in the order in which they are met; repeated triples count once.

        Raises `ValueError` when there are none.
        """
        entities: dict[Entity, int] = {}
        relations: dict[str, int] = {}
        rows: dict[tuple[int, int, int], None] = {}
        for head, relation, tail in triples:
            row = (
                entities.setdefault(head, len(entities)),
                relations.setdefault(relation, len(relations)),
                entities.setdefault(tail, len(entities)),
            )
            rows[row] = None
        if not rows:
            raise ValueError("found no triples, expected at least one: is the catalogue empty?")
        return cls(tuple(entities), tuple(relations), np.array(list(rows), np.int64))

    @cached_property
    def entity_index(self) -> Mapping[Entity, int]:
        """Positions of the entities."""
        return {entity: position for position, entity in enumerate(self.entities)}

    @cached_property
    def relation_index(self) -> Mapping[str, int]:
        """Positions of the relations."""
        return {relation: position for position, relation in enumerate(self.relations)}

    @cached_property
    def product_positions(self) -> np.ndarray:
        """Positions of the products, int64 [products]."""
        return np.array([i for i, entity in enumerate(self.entities) if entity.kind == "product"], np.int64)

    def numbered(self, triples: Iterable[Triple]) -> np.ndarray:
        """Return those of `triples` whose entities and relation are known, int64 [n, 3]."""
        rows = [
            (self.entity_index[head], self.relation_index[relation], self.entity_index[tail])
            for head, relation, tail in triples
            if head in self.entity_index and relation in self.relation_index and tail in self.entity_index
        ]
        return np.array(rows, np.int64).reshape(-1, 3)


@dataclass(frozen=True)
class Split:
    """Disjoint rows of one graph's triples, each int64 [n, 3]."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(graph: TripleGraph, validation: float = 0.05, test: float = 0.05, seed: int = 0) -> Split:
    """Hold triples of products out, at random, so that every entity and relation is still met in training.

    All links between the same two products are held out together: "fits" must not give "is fitted by" away. As in
    pykeen's `TriplesFactory.split`, what cannot be spared stays in training, so the shares are upper bounds.

    Raises `ValueError` when the shares do not leave anything for training.
    """
    if validation < 0 or test < 0 or validation + test >= 1:
        raise ValueError(f"found shares {validation} and {test} to hold out, expected them to add up to less than 1")
    rows = graph.triples
    is_product = np.array([entity.kind == "product" for entity in graph.entities])
    keys = np.where(
        is_product[rows[:, HEAD]] & is_product[rows[:, TAIL]],
        np.minimum(rows[:, HEAD], rows[:, TAIL]) * len(graph.entities) + np.maximum(rows[:, HEAD], rows[:, TAIL]),
        -1 - np.arange(len(rows)),
    )
    keys[~is_product[rows[:, HEAD]]] = np.iinfo(np.int64).max
    bundles: dict[int, list[int]] = {}
    for row, key in enumerate(keys.tolist()):
        if key != np.iinfo(np.int64).max:
            bundles.setdefault(key, []).append(row)
    entity_left = np.bincount(rows[:, [HEAD, TAIL]].ravel(), minlength=len(graph.entities))
    relation_left = np.bincount(rows[:, RELATION], minlength=len(graph.relations))
    wanted_validation, wanted_test = round(validation * len(rows)), round(test * len(rows))
    wanted = wanted_validation + wanted_test
    held: list[int] = []
    order = list(bundles.values())
    for position in np.random.default_rng(seed).permutation(len(order)):
        bundle = order[position]
        if len(held) + len(bundle) > wanted:
            if len(held) == wanted:
                break
            continue
        touched, counts = np.unique(rows[bundle][:, [HEAD, TAIL]], return_counts=True)
        kinds, times = np.unique(rows[bundle][:, RELATION], return_counts=True)
        if (entity_left[touched] > counts).all() and (relation_left[kinds] > times).all():
            entity_left[touched] -= counts
            relation_left[kinds] -= times
            held += bundle
    share = wanted_validation / wanted if wanted else 0
    cut = round(share * len(held))
    # A bundle is never cut in two.
    while 0 < cut < len(held) and keys[held[cut]] == keys[held[cut - 1]]:
        cut += 1
    mask = np.ones(len(rows), bool)
    mask[held] = False
    return Split(rows[mask], rows[held[:cut]], rows[held[cut:]])
