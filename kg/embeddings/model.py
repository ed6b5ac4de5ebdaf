"""The parameters of a model in torch."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from kg.embeddings.geometry import Geometry, geometry, joined

_BILINEAR_SCALE = 0.1


class Model(nn.Module):
    """Vectors of all entities and relations under one geometry.

    Starts as pykeen does: Xavier-uniform entities, unit shifts and uniform phases; a bilinear form starts small, since
    products of three standard normal vectors are far out where the loss is flat.
    """

    def __init__(self, name: str, entities: int, relations: int, dimension: int, seed: int = 0) -> None:
        """`dimension` counts real numbers of an entity, so that models of one dimension are of one size.

        Raises `ValueError` for an unknown name or an odd dimension.
        """
        super().__init__()
        if dimension < 2 or dimension % 2:
            raise ValueError(f"found dimension {dimension}, expected an even one of at least 2")
        self.geometry: Geometry = geometry(name)
        self.dimension = dimension
        draw = torch.Generator().manual_seed(seed)
        bound = math.sqrt(6 / dimension)

        def uniform(rows: int, columns: int, low: float, high: float) -> torch.Tensor:
            return torch.rand(rows, columns, generator=draw) * (high - low) + low

        if name == "complex":
            self.entities = nn.Parameter(torch.randn(entities, dimension, generator=draw) * _BILINEAR_SCALE)
            self.relation_weights = nn.Parameter(torch.randn(relations, dimension, generator=draw) * _BILINEAR_SCALE)
        else:
            self.entities = nn.Parameter(uniform(entities, dimension, -bound, bound))
            if name == "rotate":
                self.relation_weights = nn.Parameter(uniform(relations, dimension // 2, 0, 2 * math.pi))
            else:
                shifts = nn.functional.normalize(uniform(relations, dimension, -1, 1))
                self.relation_weights = nn.Parameter(shifts)

    def relations(self, positions: torch.Tensor | None = None) -> torch.Tensor:
        """Return relation vectors as the geometry wants them, [..., d]; all of them without `positions`."""
        weights = self.relation_weights if positions is None else self.relation_weights[positions]
        return joined(weights.cos(), weights.sin()) if self.geometry.name == "rotate" else weights

    def forward(self, triples: torch.Tensor) -> torch.Tensor:
        """Return the scores of rows `(head, relation, tail)`, [..., 3] to [...]."""
        heads, relations, tails = triples.unbind(-1)
        return self.geometry.score(self.entities[heads], self.relations(relations), self.entities[tails])

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return copies of the entities [n, d] and the finished relations [m, d], float32."""
        with torch.no_grad():
            return self.entities.numpy().copy(), self.relations().numpy().copy()
