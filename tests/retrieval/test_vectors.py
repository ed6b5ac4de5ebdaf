"""The Chroma index against cosines of numpy."""

import numpy as np
import pytest

import retrieval.vectors as module
from retrieval.vectors import VectorIndex

IDS = ["cheap", "dear", "gone", "a b/c?d#e", "手机"]
FACTS = [
    {"available": True, "price": 10.0, "brand": "lumora"},
    {"available": True, "price": 90.0, "brand": "lumora", "category_1": "Electronics"},
    {"available": False, "price": 50.0},
    {"available": True, "category_1": "Electronics"},
    {"available": True, "price": 20.0, "brand": "墨竹"},
]
PASSAGES = [f"passage of {id_}" for id_ in IDS]


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


VECTORS = unit(np.random.default_rng(1).normal(size=(5, 16)))
QUERY = unit(np.random.default_rng(2).normal(size=(1, 16)))[0]
NEAREST = [IDS[i] for i in np.argsort(-(VECTORS @ QUERY))]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = VectorIndex(tmp_path_factory.mktemp("vectors"))
    index.add(IDS, VECTORS, PASSAGES, FACTS)
    return index


def found(index, **how):
    return [id_ for id_, _ in index.search(QUERY, 10, **how)]


def test_cosines_best_first(index):
    hits = index.search(QUERY, 10)
    assert [id_ for id_, _ in hits] == NEAREST
    assert [score for _, score in hits] == pytest.approx(sorted(VECTORS @ QUERY, reverse=True), abs=1e-5)
    assert index.search(QUERY, 2) == hits[:2]


def test_a_product_is_nearest_to_itself(index):
    for id_, vector in zip(IDS, VECTORS, strict=True):
        [(best, score)] = index.search(vector, 1)
        assert (best, score) == (id_, pytest.approx(1, abs=1e-5))


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"price": {"$lte": 20.0}}, {"cheap", "手机"}),
        ({"price": {"$gt": 20.0}}, {"dear", "gone"}),
        ({"brand": {"$eq": "墨竹"}}, {"手机"}),
        ({"brand": {"$ne": "lumora"}}, {"gone", "a b/c?d#e", "手机"}),
        ({"category_1": "Electronics"}, {"dear", "a b/c?d#e"}),
        ({"$and": [{"available": True}, {"price": {"$gte": 20.0}}]}, {"dear", "手机"}),
        ({"price": {"$lt": 1.0}}, set()),
        ({}, set(IDS)),
    ],
)
def test_filters(index, where, kept):
    assert found(index, where=where) == [id_ for id_ in NEAREST if id_ in kept]


def test_among(index):
    assert found(index, among=["gone", "a b/c?d#e"]) == [id_ for id_ in NEAREST if id_ in ("gone", "a b/c?d#e")]
    assert found(index, among=["gone", "cheap"], where={"price": {"$lt": 20.0}}) == ["cheap"]
    assert found(index, among=[]) == []


def test_rows_and_everything(index):
    assert index.rows(["手机", "unknown"]) == {"手机": ("passage of 手机", FACTS[4])}
    assert index.rows([]) == {}
    everything = index.everything()
    assert {id_: text for id_, (text, _) in everything.items()} == dict(zip(IDS, PASSAGES, strict=True))
    np.testing.assert_allclose([everything[id_][1] for id_ in IDS], VECTORS, atol=1e-6)
    assert len(index) == 5


def test_batches_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 2)
    index, done = VectorIndex(tmp_path), []
    index.add(IDS, VECTORS, PASSAGES, FACTS, done.append)
    assert done == [2, 2, 1]
    assert sorted(index.everything()) == sorted(IDS)
    assert found(VectorIndex(tmp_path)) == NEAREST


def test_an_empty_index(tmp_path):
    index = VectorIndex(tmp_path)
    assert len(index) == 0
    assert index.search(QUERY, 3) == []
    assert index.everything() == {}
