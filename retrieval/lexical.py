"""The lexical index: BM25 over English stems and Chinese words (bm25s, rjieba, Snowball)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import rjieba
import Stemmer

Hits = list[tuple[str, float]]
"""Product ids with scores, best first."""

_WORD = re.compile(r"[a-z0-9]+(?:[.\-/'][a-z0-9]+)*|[\u3400-\u9fff]+")
_PART = re.compile(r"[.\-/']")
# Function words, and praise that says nothing of a thing: "a good phone" is a phone that buyers like (ranked by quality).
_STOP = frozenset(
    "a an and any are as at be but by can could do for from get give have i i'd i'm if in is it looking me my of on "
    "or please show some that the these this to want was with would you your need "
    "我 你 您 的 了 吗 呢 吧 啊 想 要 想要 买 一 一个 一款 一台 一部 一双 一件 个 款 有 有没有 请 给 帮 帮我 能 可以 "
    "推荐 看看 找 什么 和 是 "
    "good best nice great decent better 好 好用 不错 最好 更好".split()
)
_stem = Stemmer.Stemmer("english").stemWord


def tokens(text: str) -> list[str]:
    """Return the index terms of `text` in order: stemmed words, parts of compounds, Chinese words."""
    terms: list[str] = []
    for word in _WORD.findall(text.lower()):
        if word[0] > "\u3400":
            terms += [w for w in rjieba.cut_for_search(word) if w not in _STOP]
        elif word not in _STOP:
            terms.append(_stem(word))
            parts = _PART.split(word)
            if len(parts) > 1:
                terms += [_stem(part) for part in parts]
    return terms


class LexicalIndex:
    """An immutable BM25 index (Lucene's variant) over the documents of one catalogue."""

    def __init__(self, index: bm25s.BM25, ids: Sequence[str]) -> None:
        """Wrap a built index; `ids[i]` is the product of row i."""
        self._index = index
        self._ids = np.array(ids, dtype=object)
        self._row = {id_: row for row, id_ in enumerate(ids)}

    @classmethod
    def build(cls, ids: Sequence[str], documents: Sequence[str]) -> LexicalIndex:
        """Index `documents`, one a product."""
        index = bm25s.BM25(method="lucene")
        vocabulary: dict[str, int] = {}
        rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in tokens(text)] for text in documents]
        vocabulary.setdefault("", len(vocabulary))
        index.index((rows, vocabulary), show_progress=False)
        return cls(index, ids)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._index.save(str(folder))
        (folder / "ids.json").write_text(json.dumps(self._ids.tolist()), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read an index that `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), mmap=False), json.loads((folder / "ids.json").read_text("utf-8")))

    def search(self, query: str, k: int, among: Sequence[str] | None = None) -> Hits:
        """Return the best `k` products that share a term with `query`, only products of `among` when it is given."""
        known = [self._index.vocab_dict[t] for t in tokens(query) if t in self._index.vocab_dict]
        if not known:
            return []
        scores = self._index.get_scores_from_ids(known)
        if among is not None:
            mask = np.zeros(len(scores), bool)
            mask[[self._row[id_] for id_ in among if id_ in self._row]] = True
            scores = np.where(mask, scores, 0)
        k = min(k, len(scores))
        best = np.argpartition(-scores, k - 1)[:k]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(self._ids[row], float(scores[row])) for row in best if scores[row] > 0]
