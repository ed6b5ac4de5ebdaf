"""Measures against numbers worked out by hand."""

from math import log2

import numpy as np
import pytest

from retrieval.evaluate import JUDGED, MRR, NDCG, RECALL, difference, estimate, per_query, read_ratings

QRELS = {"q": {"a": 3, "b": 2, "c": 1, "d": 0}}
IDEAL = 3 + 2 / log2(3) + 1 / 2


def ranked(*ids):
    return {"q": {id_: float(len(ids) - n) for n, id_ in enumerate(ids)}}


@pytest.mark.parametrize(
    ("ids", "gain"),
    [("abcd", IDEAL), ("dba", 2 / log2(3) + 3 / 2), ("a", 3), ("d", 0)],
)
def test_ndcg(ids, gain):
    assert per_query(NDCG, QRELS, ranked(*ids))["q"] == pytest.approx(gain / IDEAL)


def test_unjudged_counts_nothing_unless_left_out():
    run = ranked("new", "a", "newer", "b")
    assert per_query(NDCG, QRELS, run)["q"] == pytest.approx((3 / log2(3) + 2 / log2(5)) / IDEAL)
    assert per_query(JUDGED, QRELS, run)["q"] == pytest.approx((3 + 2 / log2(3)) / IDEAL)


def test_ndcg_ends_at_ten():
    assert per_query(NDCG, QRELS, ranked(*"0123456789", "a"))["q"] == 0
    assert per_query(NDCG, QRELS, ranked(*"012345678", "a"))["q"] == pytest.approx(3 / log2(11) / IDEAL)


def test_mrr_wants_at_least_a_two():
    assert per_query(MRR, QRELS, ranked("c", "d", "b", "a"))["q"] == pytest.approx(1 / 3)


def test_recall_leaves_out_queries_without_a_three():
    qrels = {"two of three": {"a": 3, "b": 3, "c": 3, "d": 1}, "nothing": {"a": 2}, "unanswered": {"a": 3}}
    run = {"two of three": {"a": 2.0, "b": 1.0}, "nothing": {"a": 1.0}}
    assert per_query(RECALL, qrels, run) == {"two of three": pytest.approx(2 / 3), "unanswered": 0.0}
    assert per_query(NDCG, qrels, run).keys() == qrels.keys()


def test_a_query_without_answer_counts_nothing():
    assert per_query(NDCG, QRELS, {}) == {"q": 0.0}
    assert per_query(NDCG, QRELS, {"other": {"a": 1.0}}) == {"q": 0.0}


def test_estimate_of_equal_values_is_certain():
    found = estimate({str(n): 0.25 for n in range(7)})
    assert (found.mean, found.low, found.high, found.queries) == (0.25, 0.25, 0.25, 7)


def test_the_interval_is_the_binomials():
    # The mean of 100 draws from half zeros and half ones: sd 0.05, so 95 % lie within 0.5 ± 1.96 · 0.05.
    values = {str(n): float(n % 2) for n in range(100)}
    found = estimate(values)
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.402, abs=0.015)
    assert found.high == pytest.approx(0.598, abs=0.015)


def test_a_seed_fixes_the_interval():
    values = {str(n): value for n, value in enumerate(np.random.default_rng(0).random(30))}
    assert estimate(values, seed=1) == estimate(values, seed=1) != estimate(values, seed=2)


def test_a_difference_is_paired():
    rng = np.random.default_rng(0)
    second = {str(n): float(rng.random()) for n in range(50)}
    found = difference({q: value + 0.1 for q, value in second.items()}, second)
    assert (found.mean, found.low, found.high) == (pytest.approx(0.1),) * 3


def test_read_ratings(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text('query,docid,rating\nred lamp,a b,3\n"lamp, red",x,0\nred lamp,手机,1\n', "utf-8")
    assert read_ratings(file) == {"red lamp": {"a b": 3, "手机": 1}, "lamp, red": {"x": 0}}
