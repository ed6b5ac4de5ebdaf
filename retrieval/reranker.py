"""The cross-encoder that reads a query and a product together and says how well they fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval.onnx import OnnxModel

MAX_TOKENS = 80
_BATCH = 16


class Reranker(Protocol):
    """Scores how relevant each passage is to a query: 0 (not at all) to 1 (exactly what was asked for)."""

    def scores(self, query: str, passages: Sequence[str]) -> np.ndarray:
        """Return float32 scores, shape (len(passages),)."""


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits.astype(np.float32)))


class OnnxReranker:
    """The fine-tuned bilingual cross-encoder in ONNX int8."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Load the exported model from `folder`."""
        self._model = OnnxModel(folder, max_tokens=MAX_TOKENS, threads=threads)

    def scores(self, query: str, passages: Sequence[str]) -> np.ndarray:
        """Return one score a passage; pairs of like length share a batch."""
        order = sorted(range(len(passages)), key=lambda i: len(passages[i]))
        result = np.zeros(len(passages), np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            result[batch] = self._model.run("score", [(query, passages[i]) for i in batch])
        return _sigmoid(result)


class TorchReranker:
    """Any sentence-transformers cross-encoder by name or path."""

    def __init__(self, name: str) -> None:
        """Load model `name` with sentence-transformers, on the CPU."""
        from sentence_transformers import CrossEncoder  # seconds of import that the default does not need

        self._model = CrossEncoder(name, device="cpu", max_length=MAX_TOKENS)

    def scores(self, query: str, passages: Sequence[str]) -> np.ndarray:
        """Return one score a passage."""
        if not passages:
            return np.zeros(0, np.float32)
        return np.asarray(self._model.predict([(query, passage) for passage in passages]), np.float32)
