"""Index terms, and BM25 against the formula worked out in plain Python."""

import math
from collections import Counter

import pytest

from retrieval.lexical import LexicalIndex, tokens
from retrieval.text import document

DOCUMENTS = {
    "kettle": "steel kettle kettle",
    "teapot": "steel teapot with a very long and thorough description of steel",
    "headset": "Wi-Fi headphones 降噪耳机",
}


@pytest.fixture
def index():
    return LexicalIndex.build(list(DOCUMENTS), list(DOCUMENTS.values()))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Headphones HEADPHONE", ["headphon", "headphon"]),
        ("i'd like the kettle", ["like", "kettl"]),
        ("USB-C", ["usb-c", "usb", "c"]),
        ("1.5l", ["1.5l", "1", "5l"]),
        ("我想买一个耳机", ["耳机"]),
        ("sony耳机", ["soni", "耳机"]),
        ("?!… 🎧", []),
        ("", []),
    ],
)
def test_tokens(text, terms):
    assert tokens(text) == terms


def test_chinese_compounds_are_found_by_their_words():
    assert {"笔记本", "电脑", "笔记本电脑"} <= set(tokens("笔记本电脑"))


def bm25(documents, query, k1=1.5, b=0.75):
    """Lucene's variant: idf = ln(1 + (N - df + 0.5) / (df + 0.5)), tf / (tf + k1 (1 - b + b dl / avgdl))."""
    bags = {id_: Counter(tokens(text)) for id_, text in documents.items()}
    average = sum(bag.total() for bag in bags.values()) / len(bags)
    scores = {}
    for id_, bag in bags.items():
        for term in tokens(query):
            holders = sum(term in other for other in bags.values())
            idf = math.log(1 + (len(bags) - holders + 0.5) / (holders + 0.5))
            weight = bag[term] / (bag[term] + k1 * (1 - b + b * bag.total() / average))
            scores[id_] = scores.get(id_, 0.0) + idf * weight
    return {id_: score for id_, score in scores.items() if score}


@pytest.mark.parametrize(
    "query",
    ["black laptop 16GB", "玫瑰金手机", "Hush over-ear headphones headphones", "Lumora 笔记本 with RAM", "unheard"],
)
def test_scores_are_bm25(query, products, glossary):
    documents = {p.id: document(p, glossary.words) for p in products}
    index = LexicalIndex.build(list(documents), list(documents.values()))
    hits = index.search(query, len(documents))
    assert dict(hits) == pytest.approx(bm25(documents, query), rel=1e-4)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_best_first_and_only_what_shares_a_term(index):
    assert [id_ for id_, _ in index.search("steel kettle", 10)] == ["kettle", "teapot"]
    assert [id_ for id_, _ in index.search("耳机", 10)] == ["headset"]
    assert index.search("the with 的", 10) == index.search("sofa", 10) == index.search("", 10) == []


def test_k_cuts_the_list(index):
    assert [id_ for id_, _ in index.search("steel kettle", 1)] == ["kettle"]
    assert index.search("steel", 0) == []


def test_among_restricts(index):
    assert [id_ for id_, _ in index.search("steel kettle", 10, ["teapot", "headset"])] == ["teapot"]
    assert index.search("steel", 10, []) == []
    assert index.search("steel", 10, ["unknown"]) == []


def test_saved_and_loaded_is_the_same(index, tmp_path):
    index.save(tmp_path / "index")
    loaded = LexicalIndex.load(tmp_path / "index")
    for query in ("steel kettle", "降噪 wi-fi", "sofa"):
        assert loaded.search(query, 10) == index.search(query, 10)


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
def test_an_index_of_nothing_finds_nothing():
    assert LexicalIndex.build([], []).search("kettle", 3) == []
    assert LexicalIndex.build(["emoji"], ["🎧"]).search("kettle", 3) == []
