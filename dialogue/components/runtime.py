"""The joint intent-and-slot model in onnxruntime; needs numpy, onnxruntime and tokenizers, so it runs in both environments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from dialogue.components.units import (
    MAX_PIECES,
    Offsets,
    align,
    allowed,
    best_path,
    to_spans,
    trimmed,
    units,
    whole_pieces,
)

MODEL, LABELS, PIECES = "model.onnx", "labels.json", "tokenizer.json"


@dataclass(frozen=True)
class Mark:
    """A span that the model found: characters `start` to `end`, and how sure it is (0 to 1)."""

    start: int
    end: int
    entity: str
    role: str | None
    confidence: float


@dataclass(frozen=True)
class Reading:
    """What the model makes of one text: intents with probabilities, best first, and spans in reading order."""

    intents: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]


class JointRuntime:
    """Reads texts; safe to call from several threads."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load `folder/{model.onnx,labels.json,tokenizer.json}`.

        Raises `FileNotFoundError` that says how the model is made when one is missing.
        """
        for name in (MODEL, LABELS, PIECES):
            if not (folder / name).exists():
                raise FileNotFoundError(f"no {name} in {folder.resolve()}; run: make build")
        labels = json.loads((folder / LABELS).read_text("utf-8"))
        self.intents: list[str] = labels["intents"]
        self.tags: list[str] = labels["tags"]
        self.refuse: str = labels["refuse"]
        self.threshold: float = labels["threshold"]
        self._tokenizer = Tokenizer.from_file(str(folder / PIECES))
        self._tokenizer.enable_truncation(MAX_PIECES)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
        self._transitions = allowed(self.tags)
        self._start = np.array([-np.inf if tag.startswith("I-") else 0 for tag in self.tags], np.float32)
        self.read = lru_cache(maxsize=2048)(self._read)

    def _read(self, text: str) -> Reading:
        """Return the model's reading of `text`; repeated texts come from a cache.

        Out-of-scope is chosen exactly where its probability reaches the calibrated threshold.
        """
        encoding = self._tokenizer.encode(text)
        spans = units(text)
        weights, places = align(spans, encoding.offsets)
        ids = np.array([encoding.ids], np.int64)
        intents, tags = self._session.run(
            ["intents", "tags"],
            {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "alignment": weights[None],
                "places": places[None],
            },
        )
        return Reading(
            self._ranking(_log_softmax(intents[0])),
            self._marks(_log_softmax(tags[0]), weights, spans, text, encoding.offsets),
        )

    def _ranking(self, scores: np.ndarray) -> tuple[tuple[str, float], ...]:
        ranking = sorted(zip(self.intents, np.exp(scores).tolist(), strict=True), key=lambda pair: -pair[1])
        refused = next(p for name, p in ranking if name == self.refuse) >= self.threshold
        # A refusal leads exactly when it is sure enough, whatever else is likely.
        return tuple(sorted(ranking, key=lambda pair: (pair[0] == self.refuse) != refused))

    def _marks(
        self, scores: np.ndarray, weights: np.ndarray, spans: list[tuple[int, int]], text: str, pieces: Offsets
    ) -> tuple[Mark, ...]:
        seen = int((weights.sum(1) > 0).sum())
        path = best_path(scores[:seen], self._transitions, self._start)
        sure = np.exp(scores[np.arange(seen), path]) if seen else scores[:0]
        found = to_spans([self.tags[tag] for tag in path], spans[:seen])
        marks, last = [], 0
        for start, end, label in found:
            entity, _, role = label.partition("#")
            if start < last:
                continue
            start, end = trimmed(text, start, whole_pieces(text, start, end, pieces))
            last = end
            inside = [float(p) for p, (s, e) in zip(sure, spans, strict=False) if s < end and e > start]
            marks.append(Mark(start, end, entity, role or None, min(inside)))
        return tuple(marks)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
