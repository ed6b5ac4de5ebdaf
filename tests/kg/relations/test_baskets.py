"""Baskets against counting by hand."""

from datetime import datetime, timedelta
from itertools import combinations
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.relations.baskets import bought_together, likelihood_ratio, similar_taste, strongest, taste, together
from kg.relations.baskets_evaluate import evaluate_taste, evaluate_together, split
from kg.relations.transactions import Line, Transactions

START = datetime(2024, 1, 1)


def line(invoice, product, customer="c", day=0):
    return Line(START + timedelta(days=day), str(invoice), product, customer)


def ratio(both, first, second, total):
    """Dunning's ratio, cell by cell."""
    cells = {(1, 1): both, (1, 0): first - both, (0, 1): second - both, (0, 0): total - first - second + both}
    rows, columns = {1: first, 0: total - first}, {1: second, 0: total - second}
    return 2 * sum(n * log(n * total / (rows[r] * columns[c])) for (r, c), n in cells.items() if n)


@given(cells=st.tuples(*[st.integers(0, 60)] * 4).filter(lambda c: sum(c) > 0))
def test_the_ratio_is_dunnings(cells):
    both, only_first, only_second, _ = cells
    first, second, total = both + only_first, both + only_second, sum(cells)
    found = likelihood_ratio(np.array([both]), np.array([first]), np.array([second]), total)[0]
    assert found == pytest.approx(ratio(both, first, second, total), abs=1e-8)


lines = st.lists(
    st.builds(line, st.integers(0, 14), st.sampled_from("abcd"), st.sampled_from(["x", "y", None])), max_size=120
).map(
    lambda many: [
        Line(o.time, o.invoice, o.product, {"0": "x"}.get(o.invoice, f"c{int(o.invoice) // 2}")) for o in many
    ]
)


@settings(max_examples=60, deadline=None)
@given(many=lines)
def test_together_as_counted_by_hand(many):
    baskets = {}
    for one in many:
        baskets.setdefault(one.invoice, set()).add(one.product)
    expected = {}
    for a, b in combinations("abcd", 2):
        first, second = (sum(p in basket for basket in baskets.values()) for p in (a, b))
        both = sum({a, b} <= basket for basket in baskets.values())
        if both >= 5 and both * len(baskets) > first * second and ratio(both, first, second, len(baskets)) >= 10.828:
            expected[a, b] = (both, first, second, both / (sqrt(first * second) + 10))
    assert {(p.a, p.b): (p.both, p.first, p.second, pytest.approx(p.share)) for p in together(many)} == expected


@settings(max_examples=60, deadline=None)
@given(many=lines)
def test_taste_counts_only_different_baskets(many):
    invoices = {}
    for one in many:
        invoices.setdefault((one.customer, one.product), set()).add(one.invoice)
    customers = {one.customer for one in many}

    def apart(customer, a, b):
        first, second = invoices.get((customer, a), set()), invoices.get((customer, b), set())
        return bool(first and second) and len(first | second) > 1

    for pair in taste(many):
        assert pair.both == sum(apart(c, pair.a, pair.b) for c in customers)


def test_a_pair_that_is_found_says_why():
    bought = [line(n, p) for n in range(30) for p in ("tea", "cup")] + [line(n, "mat") for n in range(30, 90)]
    (relation,) = bought_together(Transactions("t.csv", tuple(bought))).relations
    assert {relation.id, relation.other} == {"tea", "cup"}
    assert relation.confidence == pytest.approx(30 / 40)
    assert (
        relation.evidence
        == "in 30 of 30 baskets with the one and of 30 with the other, 3.0 times as often as by chance"
    )


def test_what_one_basket_holds_is_no_taste():
    bought = [line(n, p, f"c{n}") for n in range(30) for p in ("tea", "cup")]
    bought += [line(f"{n}-{p}", p, f"d{n}") for n in range(30) for p in ("pen", "ink")]
    (relation,) = similar_taste(Transactions("t.csv", tuple(bought))).relations
    assert {relation.id, relation.other} == {"pen", "ink"}


def test_the_strongest_are_kept_for_either_side():
    bought = [line(f"{p}{n}", q) for p in "abcde" for n in range(8) for q in (p, "hub")] + [
        line(n, "z") for n in range(60)
    ]
    pairs = together(bought)
    assert len(pairs) == 5
    # The hub has one best; each of the others has the hub only.
    assert len(strongest(pairs, most=1)) == 5


def test_the_last_basket_is_held_back():
    bought = [
        line(1, "a", "x", 1),
        line(2, "b", "x", 5),
        line(3, "c", "x", 3),
        line(4, "d", "y", 1),
        line(5, "e", None, 9),
    ]
    train, held = split(bought)
    assert {one.product for one in train} == {"a", "c", "d", "e"}
    assert {customer: [one.product for one in basket] for customer, basket in held.items()} == {"x": ["b"]}


def test_true_pairs_are_foretold_better_than_by_fame():
    random = np.random.default_rng(1)
    bought = []
    for n in range(400):
        pair = int(random.integers(0, 20))
        day, customer = int(random.integers(0, 100)), f"c{n % 80}"
        bought += [line(n, f"p{pair}", customer, day), line(n, f"q{pair}", customer, day)]
    result = evaluate_together(bought, k=3)
    assert result["complements"].hit_rate.low > result["popular"].hit_rate.high
    assert evaluate_taste(bought, k=3)["similar taste"].shoppers > 0
