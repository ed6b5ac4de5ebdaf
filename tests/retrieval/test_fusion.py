"""Reciprocal rank fusion: parity with the formula, and what holds for any lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import K, reciprocal_rank

IDS = st.lists(st.sampled_from("abcdefghij"), unique=True)
LISTS = st.lists(IDS, max_size=4)


@given(LISTS, st.lists(st.floats(0.1, 5), min_size=4, max_size=4))
def test_is_the_formula(lists, weights):
    expected = {}
    for id_ in {id_ for ids in lists for id_ in ids}:
        expected[id_] = sum(w / (K + ids.index(id_) + 1) for w, ids in zip(weights, lists, strict=False) if id_ in ids)
    fused = reciprocal_rank(lists, weights)
    assert dict(fused) == pytest.approx(expected)
    scores = [score for _, score in fused]
    assert scores == sorted(scores, reverse=True)


@given(IDS)
def test_one_list_keeps_its_order(ids):
    assert [id_ for id_, _ in reciprocal_rank([ids])] == ids
    assert [id_ for id_, _ in reciprocal_rank([ids, ids], [1.0, 0.6])] == ids


@given(LISTS)
def test_the_first_of_every_list_is_first(lists):
    lists = [["best", *ids] for ids in lists] or [["best"]]
    assert reciprocal_rank(lists)[0][0] == "best"


@given(LISTS, IDS)
def test_another_list_never_lowers_a_score(lists, more):
    before, after = dict(reciprocal_rank(lists)), dict(reciprocal_rank([*lists, more]))
    assert all((after[id_] > score) is (id_ in more) for id_, score in before.items())


def test_by_hand():
    fused = reciprocal_rank([["a", "b"], ["b", "c"]], [1.0, 0.6])
    assert fused == [("b", 1 / 62 + 0.6 / 61), ("a", 1 / 61), ("c", 0.6 / 62)]


def test_ties_keep_first_appearance():
    assert [id_ for id_, _ in reciprocal_rank([["x", "y"], ["y", "x"]])] == ["x", "y"]


def test_nothing_to_fuse():
    assert reciprocal_rank([]) == reciprocal_rank([[], []]) == []
