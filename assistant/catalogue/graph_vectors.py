"""The graph embeddings of a generation's products, worked out when it is built or trained on, read in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from assistant.product import Product
from kg.embeddings.geometry import geometry
from kg.embeddings.products import ProductVectors
from kg.embeddings.saved import EmbeddingsError, GraphEmbeddings

EMBEDDINGS = "embeddings"
"""Where the trained model lives in the folder of a store, beside the generations: the next ingest keeps it."""
_FILE = "graph_vectors.npz"
_log = structlog.get_logger("embeddings")


def write_vectors(generation: Path, store: Path, products: Sequence[Product]) -> bool:
    """Write the vectors of `products`, those new to the model of the store from their triples; False without a model."""
    try:
        model = GraphEmbeddings.load(store / EMBEDDINGS)
    except EmbeddingsError as error:
        if (store / EMBEDDINGS).exists():
            _log.warning("embeddings.unusable", problem=str(error))
        return False
    found = model.over(products)
    fresh = generation / f"{_FILE}.new"
    with fresh.open("wb") as file:
        arrays: dict[str, Any] = {f"relation.{name}": vector for name, vector in found.relations.items()}
        arrays |= {"geometry": np.array(found.geometry.name), "ids": np.array(found.ids), "vectors": found.vectors}
        np.savez(file, **arrays)
    fresh.replace(generation / _FILE)
    return True


def read_vectors(generation: Path) -> ProductVectors | None:
    """Return the vectors of a generation's products; None where nobody has trained a model."""
    file = generation / _FILE
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as kept:
        relations = {name.removeprefix("relation."): kept[name] for name in kept.files if name.startswith("relation.")}
        return ProductVectors(geometry(str(kept["geometry"])), tuple(map(str, kept["ids"])), kept["vectors"], relations)
