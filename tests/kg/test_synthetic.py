"""Synthetic catalogues of the growth benchmark, and the scan that it compares the graph with."""

from collections import Counter
from decimal import Decimal
from itertools import islice

import pytest

from benchmarks.graph import Scan, demands
from benchmarks.synthetic import synthetic
from kg import questions
from kg.store import build, open_graph
from tests.kg.filters import filtered


def test_they_are_drawn_from_the_real_ones(products):
    size = 3 * len(products) + 7
    made = list(synthetic(products, size, seed=3))
    assert len({p.id for p in made}) == size
    assert len({p.title("en") for p in made}) == size
    assert Counter(p.category for p in made[: 3 * len(products)]) == {
        kind: 3 * n for kind, n in Counter(p.category for p in products).items()
    }
    known = {(p.category, a.name, a.value, a.unit) for p in products for a in p.attributes}
    assert {(p.category, a.name, a.value, a.unit) for p in made for a in p.attributes} <= known
    by_id = {p.id: p for p in products}
    prices = [(p.price.amount, by_id[p.id.rpartition("~")[0]].price.amount) for p in made if p.price]
    assert all(Decimal("0.4") < own / real < Decimal("2.5") for own, real in prices)
    assert sum(own != real for own, real in prices) > len(prices) / 2
    # Variants stay together, round by round.
    whole = Counter(p.group for p in made[: len(products)] if p.group)
    assert sorted(whole.values()) == sorted(Counter(p.group for p in products if p.group).values())


def test_a_seed_decides_all(products):
    assert list(synthetic(products, 50, seed=1)) == list(synthetic(products, 50, seed=1))
    assert list(synthetic(products, 50, seed=1)) != list(synthetic(products, 50, seed=2))
    assert list(islice(synthetic(products, 10**9), 5)) == list(synthetic(products, 5))
    with pytest.raises(ValueError, match="drawn from real ones"):
        next(synthetic([], 1))


def test_the_scan_finds_what_the_graph_finds(products, glossary, tmp_path):
    made = list(synthetic(products, 120, seed=5))
    wanted = demands(products, 6)
    scan = Scan(wanted)
    build(tmp_path / "graph", scan.over(made), glossary, lambda _: None)
    graph = open_graph(tmp_path / "graph")
    for (form, n), found in scan.found.items():
        wish = wanted[form][n]
        assert found == len(questions.matching(graph, wish)) == len(filtered(made, wish)), wish
    assert min(scan.times.values()) > 0
    assert sum(scan.found.values()) > 100
