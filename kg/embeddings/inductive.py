"""Vectors of products that were not there in training, from their triples, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.embeddings.geometry import Geometry
from kg.embeddings.graph import HEAD, RELATION, TAIL

_RIDGE = 1e-2
_TINY = 1e-9


@dataclass(frozen=True)
class Inducer:
    """Says where a product has to be for its triples to hold.

    Each triple with a known other end names a place: where the product would score best. A ridge regression, learnt from
    the trained products, leads from the mean of the places to the vector: `slope` [d, d] from what is left after
    `mean_place` [d] to what is added to `mean_vector` [d], float32.
    """

    slope: np.ndarray
    mean_place: np.ndarray
    mean_vector: np.ndarray

    @classmethod
    def fit(
        cls, geometry: Geometry, entities: np.ndarray, relations: np.ndarray, triples: np.ndarray, products: np.ndarray
    ) -> Inducer:
        """Learn from the trained products: entities [n, d], relations [m, d], triples int64 [t, 3], positions [p].

        Raises `ValueError` when no triple ties a product to something else.
        """
        places, told_of = _mean_places(geometry, entities, relations, triples, products)
        if not told_of.any():
            raise ValueError("found no triple of a product, expected at least one to learn from")
        x, y = places[told_of].astype(np.float64), entities[products][told_of].astype(np.float64)
        mean_place, mean_vector = x.mean(0), y.mean(0)
        x, y = x - mean_place, y - mean_vector
        gram = x.T @ x
        ridge = _RIDGE * np.trace(gram) / len(gram) + _TINY
        slope = np.linalg.solve(gram + ridge * np.eye(len(gram)), x.T @ y)
        return cls(*(array.astype(np.float32) for array in (slope, mean_place, mean_vector)))

    def vectors(
        self, geometry: Geometry, entities: np.ndarray, relations: np.ndarray, triples: np.ndarray, new: np.ndarray
    ) -> np.ndarray:
        """Return the vectors, float32 [n, d], of the entities at positions `new` of `entities` [e, d].

        What stands at `new` is not read, and links among them do not count. Without any triple a product is put where
        the average one is.
        """
        places, told_of = _mean_places(geometry, entities, relations, triples, new)
        places[~told_of] = self.mean_place
        return (places - self.mean_place) @ self.slope + self.mean_vector


def _mean_places(
    geometry: Geometry, entities: np.ndarray, relations: np.ndarray, triples: np.ndarray, products: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the means, [p, d], and which products any triple tells of, bool [p]."""
    slot = np.full(len(entities), -1, np.int64)
    slot[products] = np.arange(len(products))
    total, count = np.zeros((len(products), entities.shape[1]), np.float32), np.zeros(len(products), np.float32)
    for side, other in ((HEAD, TAIL), (TAIL, HEAD)):
        told = triples[(slot[triples[:, side]] >= 0) & (slot[triples[:, other]] < 0)]
        ends, kinds = entities[told[:, other]], relations[told[:, RELATION]]
        places = geometry.heads(ends, kinds) if side == HEAD else geometry.tails(ends, kinds)
        np.add.at(total, slot[told[:, side]], places)
        np.add.at(count, slot[told[:, side]], 1)
    return total / np.maximum(count, 1)[:, None], count > 0
