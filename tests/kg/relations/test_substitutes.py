"""What can take a product's place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.product import RelationKind
from kg.relations.substitutes import CALIBRATION, MOST, alike, confidence, substitutes

SHELF = ("Kitchen", "Kettles")


@pytest.fixture
def kettles(make):
    def kettle(id_, title, litres, watts, price, **more):
        facts = {"capacity": litres, "power": watts, "material": "steel", "cordless": True, "filter": "nylon"}
        return make(id_, title, id_, SHELF, price=price, **facts | more)

    return [
        kettle("a", "Quick boil kettle with gauge", 1.7, 2200, 40),
        kettle("b", "Quick boil kettle with gauge", 1.7, 2200, 42),
        kettle("c", "Gooseneck pour over", 0.6, 900, 160, material="copper", cordless=False, filter="none"),
        kettle("d", "Pour over gooseneck", 0.6, 1000, 150, material="copper", cordless=False, filter="none"),
    ]


def test_the_near_one_is_found_on_both_sides(kettles):
    found = alike(kettles)
    first = {pair.one: pair.other for pair in reversed(found)}
    assert first == {0: 1, 1: 0, 2: 3, 3: 2}
    assert {(r.id, r.kind, r.other) for r in substitutes(kettles).relations} == {
        ("a", RelationKind.SIMILAR, "b"), ("c", RelationKind.SIMILAR, "d"),
    }  # fmt: skip


def test_variants_of_one_group_are_left_out(kettles):
    grouped = [p.model_copy(update={"group": "g"}) if p.id in "ab" else p for p in kettles]
    assert {frozenset((r.id, r.other)) for r in substitutes(grouped).relations} == {frozenset("cd")}


def test_another_category_is_never_alike(kettles):
    moved = [p.model_copy(update={"category": ("Home", "Lighting")}) if p.id == "b" else p for p in kettles]
    assert not any("b" in (r.id, r.other) for r in substitutes(moved).relations)


def test_ink_stands_in_only_for_ink_of_the_same_printer_and_colour(toner):
    inks = [
        toner(
            id_,
            None,
            title=f"Long life toner cartridge for office use {id_}",
            printing_colours=colour,
            yield_pages="2000",
            technology="laser",
            finish="matte",
            origin="Zento works",
            seal="tape",
        )
        for id_, colour in (("a", "Black"), ("b", "Black"), ("c", "Cyan"), ("d", "Black"))
    ]
    fits = {"a": frozenset({"p"}), "b": frozenset({"p", "q"}), "c": frozenset({"p"}), "d": frozenset({"r"})}
    pairs = {frozenset((inks[s.one].id, inks[s.other].id)) for s in alike(inks, fits=fits)}
    assert pairs <= {frozenset("ab")}
    assert pairs
    assert alike(inks) == []


@settings(max_examples=30, deadline=None)
@given(
    data=st.lists(st.tuples(st.integers(1, 4), st.sampled_from("xyz"), st.integers(10, 20)), min_size=2, max_size=14)
)
def test_few_each_in_range_and_the_same_again(make, data):
    products = [
        make(str(n), f"Lamp {colour}", "Zento", ("Home", "Lighting"), price=price, size=size, colour=colour)
        for n, (size, colour, price) in enumerate(data)
    ]
    found = alike(products)
    assert found == alike(products)
    for n in range(len(products)):
        assert sum(pair.one == n for pair in found) <= MOST
    assert all(0 < pair.score <= 1 + 1e-9 and pair.one != pair.other for pair in found)


def test_vectors_have_a_say_and_must_be_aligned(kettles):
    towards = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], np.float32)
    plain = {(p.one, p.other): p.score for p in alike(kettles)}
    with_vectors = {(p.one, p.other): p.score for p in alike(kettles, vectors=towards)}
    assert with_vectors.get((0, 1), 0) < plain[0, 1]
    with pytest.raises(ValueError, match="a vector for each of 4 products, found 3"):
        alike(kettles, vectors=towards[:3])


def test_confidence_grows_with_the_score():
    told = [confidence(score) for score in np.linspace(0, 1, 50)]
    assert told == sorted(told)
    assert confidence(CALIBRATION[1][0]) == pytest.approx(CALIBRATION[1][1])
