"""Batches of true triples with negatives that a chunk of triples shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kg.embeddings.graph import HEAD, RELATION, TAIL


@dataclass(frozen=True)
class Batch:
    """`triples` is int64 [chunks, size, 3]; `negatives` [chunks, k] take the place of the head or of the tail.

    `corrupts_head` says which, [chunks]; `false` [chunks, size, k] marks negatives that are true in training;
    `weight` [chunks, size] is 0 for filling.
    """

    triples: np.ndarray
    negatives: np.ndarray
    corrupts_head: np.ndarray
    false: np.ndarray | None
    weight: np.ndarray


class Sampler:
    """Cuts the training triples into chunks, anew in each epoch.

    Triples of one relation stay together (in random order), and a chunk shares its negatives (Zheng et al. 2020, DGL-KE),
    so that scoring is a product of matrices. A share of the negatives is drawn from what else stands at that end of the
    chunk's relations (type-constrained, Krompaß et al. 2015): another colour teaches more than another brand does.
    """

    def __init__(
        self,
        triples: np.ndarray,
        entities: int,
        *,
        negatives: int,
        chunk: int = 64,
        chunks: int = 64,
        typed: float = 0.5,
        filtered: bool = True,
    ) -> None:
        """`triples` is int64 [n, 3]; `chunk` 1 gives every triple negatives of its own."""  # fmt: skip
        self._triples, self._entities = triples, entities
        self._negatives, self._chunk, self._chunks = negatives, min(chunk, len(triples)), chunks
        self._typed = round(typed * negatives)
        self._by_relation = chunk > 1
        relations = int(triples[:, RELATION].max()) + 1
        self._width = relations
        self._true = (
            np.unique(self._code(triples[:, HEAD], triples[:, RELATION], triples[:, TAIL])) if filtered else None
        )
        self._ends = {side: _Ends(triples[:, RELATION], triples[:, side], relations) for side in (HEAD, TAIL)}

    def __len__(self) -> int:
        """Count the batches of an epoch."""
        return -(-len(self._triples) // (self._chunk * self._chunks))

    def epoch(self, random: np.random.Generator) -> Iterator[Batch]:
        """Yield every training triple once."""
        count, size = len(self._triples), self._chunk
        order = random.permutation(count)
        if self._by_relation:
            place = random.permutation(self._width)
            order = order[np.argsort(place[self._triples[order, RELATION]], kind="stable")]
        weight = np.ones(-(-count // size) * size, np.float32)
        if missing := len(weight) - count:
            weight[count:] = 0
            order = np.concatenate([order, order[:missing]])
        cut = order.reshape(-1, size)
        shuffled = random.permutation(len(cut))
        cut, weight = cut[shuffled], weight.reshape(-1, size)[shuffled]
        for start in range(0, len(cut), self._chunks):
            yield self._batch(
                self._triples[cut[start : start + self._chunks]], weight[start : start + self._chunks], random
            )

    def _batch(self, triples: np.ndarray, weight: np.ndarray, random: np.random.Generator) -> Batch:
        chunks, size, _ = triples.shape
        corrupts_head = np.arange(chunks) % 2 == random.integers(2)
        negatives = random.integers(0, self._entities, (chunks, self._negatives))
        if self._typed:
            row = random.integers(0, size, (chunks, self._typed))
            relation = np.take_along_axis(triples[:, :, RELATION], row, 1)
            for side, wanted in ((HEAD, corrupts_head), (TAIL, ~corrupts_head)):
                negatives[wanted, : self._typed] = self._ends[side].draw(relation[wanted], random)
        false = self._known(triples, negatives, corrupts_head) if self._true is not None else None
        return Batch(triples, negatives, corrupts_head, false, weight)

    def _known(self, triples: np.ndarray, negatives: np.ndarray, corrupts_head: np.ndarray) -> np.ndarray:
        assert self._true is not None
        swap, other = corrupts_head[:, None, None], negatives[:, None, :]
        heads, kinds, tails = (triples[:, :, column, None] for column in (HEAD, RELATION, TAIL))
        codes = self._code(np.where(swap, other, heads), kinds, np.where(swap, tails, other))
        places = np.searchsorted(self._true, codes).clip(max=len(self._true) - 1)
        return self._true[places] == codes

    def _code(self, heads: np.ndarray, relations: np.ndarray, tails: np.ndarray) -> np.ndarray:
        return (heads * self._width + relations) * self._entities + tails


class _Ends:
    """The distinct entities at one end of each relation."""

    def __init__(self, relations: np.ndarray, entities: np.ndarray, count: int) -> None:
        pairs = np.unique(np.stack([relations, entities], 1), axis=0)
        self._entities = pairs[:, 1]
        self._start = np.searchsorted(pairs[:, 0], np.arange(count + 1))

    def draw(self, relations: np.ndarray, random: np.random.Generator) -> np.ndarray:
        low, high = self._start[relations], self._start[relations + 1]
        return self._entities[low + (random.random(relations.shape) * (high - low)).astype(np.int64)]
