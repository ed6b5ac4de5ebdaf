from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dialogue.components.units import OUTSIDE, align, allowed, best_path, to_spans, to_tags, units

TEXTS = st.text("ab1 手机.的$-", max_size=20)


def words(text):
    return [text[s:e] for s, e in units(text)]


def test_units_are_words_numbers_and_single_han():
    assert words("256GB手机,  don't 1,299.50") == ["256", "GB", "手", "机", ",", "don't", "1,299.50"]


@given(TEXTS, st.data())
def test_spans_survive_tagging(text, data):
    spans = units(text)
    wanted, at = [], 0
    while at < len(spans):
        length = data.draw(st.integers(0, 3))
        if length and data.draw(st.booleans()):
            last = min(at + length, len(spans)) - 1
            wanted.append((spans[at][0], spans[last][1], data.draw(st.sampled_from(["brand", "brand#not"]))))
        at += max(length, 1)
    assert to_spans(to_tags(wanted, spans), spans) == wanted


def test_units_that_share_a_piece_have_places():
    text = "性能好的"
    weights, places = align(units(text), [(0, 0), (0, 2), (2, 4), (0, 0)])
    assert weights.tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
    assert places.tolist() == [0, 1, 0, 1]


def test_a_unit_of_several_pieces_is_their_mean_and_what_was_cut_off_is_nothing():
    weights, _ = align(units("headphones please"), [(0, 0), (0, 4), (4, 10)])
    assert weights.tolist() == [[0, 0.5, 0.5], [0, 0, 0]]


@given(st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_the_best_path_is_the_best_of_all_paths(length, seed):
    tags = [OUTSIDE, "B-a", "I-a", "B-b", "I-b"]
    table = allowed(tags)
    start = np.array([0, 0, -np.inf, 0, -np.inf], np.float32)
    scores = np.random.default_rng(seed).normal(size=(min(length, 4), len(tags))).astype(np.float32)

    def value(path):
        steps = [table[a, b] for a, b in pairwise(path)]
        return sum(scores[i, t] for i, t in enumerate(path)) + sum(steps) + (start[path[0]] if path else 0)

    paths = np.indices((len(tags),) * len(scores)).reshape(len(scores), -1).T.tolist() if len(scores) else [[]]
    path = best_path(scores, table, start)
    assert value(path) >= max(map(value, paths)) - 1e-4
    assert all(tags[b][0] != "I" or tags[a][2:] == tags[b][2:] for a, b in pairwise(path))
