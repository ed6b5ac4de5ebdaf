"""What the joint model tags, and how tags become spans; numpy only, shared by training and serving.

The model reads word pieces and tags *units*: words, numbers and single Han characters. Pieces of Chinese run across the
edges of spans (好的 in 性能好的), so a unit is the mean of its pieces and its place inside its piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

MAX_PIECES = 96
PLACES = 4
"""A unit's place inside its piece is 0 to 3; later ones count as 3."""
OUTSIDE = "O"
# A number keeps its unit or suffix apart: 256GB is "256" "GB", so that unseen sizes look like seen ones.
_UNIT = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|[^\s\w]|\w")

_ENDS = re.compile(r"(?:[吧吗呢啊呀哦嘛啦呗]|(?<!美)的|'s?|\s)$")

_PARTICLES = re.compile(r"[的了吧吗呢啊呀哦嘛啦呗都也就能会要可没有不是在上下里中和或用几]+")
_HAN_ONLY = re.compile(r"[\u3400-\u9fff]+")

Offsets = Sequence[tuple[int, int]]


def units(text: str) -> list[tuple[int, int]]:
    """Return the units of `text` as character ranges."""
    return [match.span() for match in _UNIT.finditer(text)]


def align(spans: Offsets, pieces: Offsets) -> tuple[np.ndarray, np.ndarray]:
    """Return how units are made of pieces: weights of shape (units, pieces) whose rows sum to 1 or 0, and places (units,).

    `pieces` are the character ranges of word pieces, empty for special ones. A unit that was cut off has a row of zeros.
    """
    weights = np.zeros((len(spans), len(pieces)), np.float32)
    places = np.zeros(len(spans), np.int64)
    taken: dict[int, int] = {}
    for row, (start, end) in enumerate(spans):
        inside = [i for i, (s, e) in enumerate(pieces) if s < end and e > start]
        if not inside:
            continue
        weights[row, inside] = 1 / len(inside)
        places[row] = min(taken.get(inside[0], 0), PLACES - 1)
        for piece in inside:
            taken[piece] = taken.get(piece, 0) + 1
    return weights, places


def allowed(tags: Sequence[str]) -> np.ndarray:
    """Return which tag may follow which, shape (tags, tags) from row to column, as 0 or minus infinity: I-x only after x."""
    table = np.zeros((len(tags), len(tags)), np.float32)
    for column, tag in enumerate(tags):
        if tag.startswith("I-"):
            table[[before[2:] != tag[2:] for before in tags], column] = -np.inf
    return table


def best_path(scores: np.ndarray, transitions: np.ndarray, start: np.ndarray) -> list[int]:
    """Return the best sequence of tags (Viterbi): `scores` (units, tags) are log-probabilities."""
    if not len(scores):
        return []
    total, back = scores[0] + start, []
    for row in scores[1:]:
        reached = total[:, None] + transitions
        back.append(reached.argmax(0))
        total = reached.max(0) + row
    path = [int(total.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def to_spans(path: Sequence[str], spans: Offsets) -> list[tuple[int, int, str]]:
    """Join tagged units into (start, end, label)."""
    found: list[tuple[int, int, str]] = []
    for tag, (start, end) in zip(path, spans, strict=True):
        if tag.startswith("I-") and found and found[-1][2] == tag[2:]:
            found[-1] = (found[-1][0], end, tag[2:])
        elif tag != OUTSIDE:
            found.append((start, end, tag[2:]))
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the particles that no label ends with, whatever the tags say: 的, 吗, 's."""
    while (match := _ENDS.search(text[start:end])) and match.start() > 0:
        end = start + match.start()
    return start, end


def whole_pieces(text: str, start: int, end: int, pieces: Offsets) -> int:
    """Return where a span that ends inside a word piece should end: with the piece, unless a particle is all that is left.

    口碑 and 一点 are one piece, and so is 好的; only the last is two things.
    """
    piece = next(((s, e) for s, e in pieces if s < end < e), None)
    if piece is None or piece[0] < start or not _HAN_ONLY.fullmatch(text[start : piece[1]]):
        return end
    return end if _PARTICLES.fullmatch(text[end : piece[1]]) else piece[1]


def to_tags(labelled: Sequence[tuple[int, int, str]], spans: Offsets) -> list[str]:
    """Return one BIO tag a unit for labelled character ranges."""
    tags = []
    begun: set[tuple[int, int, str]] = set()
    for start, end in spans:
        span = next((s for s in labelled if s[0] < end and s[1] > start), None)
        tags.append(OUTSIDE if span is None else f"{'I' if span in begun else 'B'}-{span[2]}")
        if span:
            begun.add(span)
    return tags
