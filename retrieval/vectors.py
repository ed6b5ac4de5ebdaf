"""The vector index: a Chroma collection with the metadata that filters need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

from retrieval.lexical import Hits

Where = Mapping[str, Any]
"""A Chroma metadata filter, such as `{"price": {"$lte": 200.0}}`."""

_COLLECTION = "products"
_BATCH = 2000
_SETTINGS = ChromaSettings(anonymized_telemetry=False)


class VectorIndex:
    """Cosine search over the products of one catalogue; documents are their passages."""

    def __init__(self, folder: Path) -> None:
        """Open (or start) the index in `folder`."""
        self._client = chromadb.PersistentClient(str(folder), settings=_SETTINGS)
        self._collection = self._client.get_or_create_collection(
            _COLLECTION, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}, embedding_function=None
        )

    def add(
        self,
        ids: Sequence[str],
        vectors: np.ndarray,
        passages: Sequence[str],
        metadata: Sequence[Mapping[str, str | float | bool]],
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Add products; `vectors` has shape (len(ids), dimensions), `metadata` values are scalars."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            self._collection.add(
                ids=list(ids[part]),
                embeddings=vectors[part],
                documents=list(passages[part]),
                metadatas=[dict(row) for row in metadata[part]],
            )
            progress(len(ids[part]))

    def search(
        self, vector: np.ndarray, k: int, where: Where | None = None, among: Sequence[str] | None = None
    ) -> Hits:
        """Return the `k` nearest products with cosine similarities; `where` and `among` restrict what is searched."""
        if among is not None and not among:
            return []
        found: dict[str, Any] = self._collection.query(  # type: ignore[assignment]
            query_embeddings=vector[None],
            n_results=k,
            where=dict(where) if where else None,
            ids=list(among) if among is not None else None,
            include=["distances"],
        )
        return [(id_, 1 - float(d)) for id_, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def neighbours(self, id_: str, k: int) -> Hits:
        """Return the `k` products nearest to one, itself left out; none when the index has no such product."""
        found = self._collection.get(ids=[id_], include=["embeddings"])
        vectors = found["embeddings"]
        if vectors is None or not len(vectors):
            return []
        hits = self.search(np.asarray(vectors[0], np.float32), k + 1)
        return [hit for hit in hits if hit[0] != id_][:k]

    def rows(self, ids: Sequence[str]) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """Return the passage and the metadata of each of `ids` that exists."""
        if not ids:
            return {}
        found: dict[str, Any] = self._collection.get(ids=list(ids), include=["documents", "metadatas"])  # type: ignore[assignment]
        return {
            id_: (text, facts)
            for id_, text, facts in zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        }

    def everything(self) -> dict[str, tuple[str, np.ndarray]]:
        """Return the passage and the vector of every product."""
        result: dict[str, tuple[str, np.ndarray]] = {}
        for start in range(0, len(self), _BATCH):
            found: dict[str, Any] = self._collection.get(
                limit=_BATCH, offset=start, include=["documents", "embeddings"]
            )  # type: ignore[assignment]
            result |= {
                id_: (text, vector)
                for id_, text, vector in zip(found["ids"], found["documents"], found["embeddings"], strict=True)
            }
        return result

    def __len__(self) -> int:
        """Count the products."""
        return self._collection.count()
