"""The sentence encoder that turns queries and products into vectors of one space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.onnx import OnnxModel

_BATCH = 32


class Encoder(Protocol):
    """Turns texts into L2-normalised float32 vectors; `name` changes whenever the vectors would."""

    name: str

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row a query, shape (len(texts), dimensions)."""

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Return one row a text, shape (len(texts), dimensions); calls `progress(done)` after each batch."""


def _longest_first(
    texts: Sequence[str], encode: Callable[[Sequence[str]], np.ndarray], progress: Callable[[int], None] | None
) -> np.ndarray:
    # Texts of one length share a batch, so little of it is padding.
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
    rows: list[np.ndarray] = [np.empty(0)] * len(texts)
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        for index, vector in zip(batch, encode([texts[i] for i in batch]), strict=True):
            rows[index] = vector
        if progress:
            progress(len(batch))
    return np.stack(rows) if rows else np.empty((0, 0), np.float32)


class OnnxEncoder:
    """multilingual-e5 in ONNX int8; prefixes `query: ` and `passage: ` as E5 was trained (arXiv:2402.05672)."""

    def __init__(self, folder: Path, *, max_tokens: int = 64, threads: int = 0) -> None:
        """Load the exported model from `folder`."""
        self._model = OnnxModel(folder, max_tokens=max_tokens, threads=threads)
        self.name = f"{folder.name}@{max_tokens}"
        self._one_query = lru_cache(maxsize=4096)(self._encode_query)

    def _encode_query(self, text: str) -> np.ndarray:
        return self._model.run("sentence", ["query: " + text])[0]

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row a query; repeated queries come from a cache."""
        return np.stack([self._one_query(text) for text in texts])

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Return one row a passage, in the order of `texts`."""
        return _longest_first(
            texts, lambda batch: self._model.run("sentence", ["passage: " + t for t in batch]), progress
        )


class TorchEncoder:
    """Any sentence-transformers model by name or path."""

    def __init__(self, name: str) -> None:
        """Load model `name` with sentence-transformers, on the CPU."""
        from sentence_transformers import SentenceTransformer  # seconds of import that the default does not need

        self._model = SentenceTransformer(name, device="cpu")
        self.name = name

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row a query."""
        return self._model.encode_query(list(texts), normalize_embeddings=True)

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Return one row a passage, in the order of `texts`."""
        encode = self._model.encode_document
        return _longest_first(texts, lambda batch: encode(list(batch), normalize_embeddings=True), progress)
