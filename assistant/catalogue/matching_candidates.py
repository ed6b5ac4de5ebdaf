"""Which pairs of two feeds are worth a look: those that share their rarest words, and near vectors if there are any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from assistant.catalogue.matching_profile import Profile, Vocabulary

_TOO_COMMON = 1000
"""Words in more titles than this find nothing and cost time."""
_CHUNK = 2000


def candidates(
    left: Sequence[Profile],
    right: Sequence[Profile],
    vocabulary: Vocabulary,
    vectors: Mapping[str, np.ndarray] | None = None,
    each: int = 10,
) -> Iterator[tuple[Profile, Profile]]:
    """Yield for every profile of `right` the `each` best of `left` by TF-IDF cosine of titles, and by vectors as many."""
    if not left or not right:
        return
    columns: dict[str, int] = {}
    terms = _matrix(left, vocabulary, columns, grow=True)
    asked = _matrix(right, vocabulary, columns, grow=False)
    asked.resize(asked.shape[0], terms.shape[1])
    index = terms.T.tocsr()
    near = _nearest(left, right, vectors, each) if vectors else {}
    for start in range(0, len(right), _CHUNK):
        scores = (asked[start : start + _CHUNK] @ index).tocsr()
        for row in range(scores.shape[0]):
            span = slice(scores.indptr[row], scores.indptr[row + 1])
            found, values = scores.indices[span], scores.data[span]
            # Ties go to the earlier product, so that the outcome does not hang on how a matrix is stored.
            best = found[np.lexsort((found, -values))[:each]]
            places = dict.fromkeys([*best.tolist(), *near.get(start + row, ())])
            for place in places:
                yield left[place], right[start + row]


def _matrix(
    profiles: Sequence[Profile], vocabulary: Vocabulary, columns: dict[str, int], *, grow: bool
) -> sparse.csr_matrix:
    rows: list[int] = []
    at: list[int] = []
    weights: list[float] = []
    for row, profile in enumerate(profiles):
        words = sorted(word for word in profile.everything if vocabulary.count(word) <= _TOO_COMMON)
        rarity = np.array([vocabulary.rarity(word) for word in words])
        length = float(np.linalg.norm(rarity)) or 1.0
        for word, weight in zip(words, rarity, strict=True):
            column = columns.setdefault(word, len(columns)) if grow else columns.get(word)
            if column is not None:
                rows.append(row)
                at.append(column)
                weights.append(weight / length)
    return sparse.csr_matrix((weights, (rows, at)), shape=(len(profiles), len(columns)))


def _nearest(
    left: Sequence[Profile], right: Sequence[Profile], vectors: Mapping[str, np.ndarray], each: int
) -> dict[int, list[int]]:
    known = [place for place, profile in enumerate(left) if profile.product.id in vectors]
    asked = [place for place, profile in enumerate(right) if profile.product.id in vectors]
    if not known or not asked:
        return {}
    table = np.stack([vectors[left[place].product.id] for place in known])
    found: dict[int, list[int]] = {}
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        scores = np.stack([vectors[right[place].product.id] for place in part]) @ table.T
        order = np.argsort(-scores, axis=1, kind="stable")[:, :each]
        found |= {place: [known[i] for i in row] for place, row in zip(part, order.tolist(), strict=True)}
    return found
