"""Products that differ only in colour."""

import pytest

from kg.relations.variants import variants

CABLES = ("Cables", "Network Cables")


@pytest.fixture
def cables(make):
    def cable(id_, title, colour, **more):
        return make(id_, title, "C2G", CABLES, product_colour=colour, **more)

    return [
        cable("red3", "C2G Cat6 Snagless Patch Cable Red 3 m", "Red"),
        cable("blue3", "C2G Cat6 Snagless Patch Cable Blue 3 m", "Blue"),
        cable("blue5", "C2G Cat6 Snagless Patch Cable Blue 5 m", "Blue"),
        cable("cat5", "C2G Cat5e Snagless Patch Cable Blue 3 m", "Blue"),
        cable("told", "C2G Cat6 Snagless Patch Cable Green 3 m", "Green", group="g"),
    ]


def test_colour_alone(cables):
    assert list(variants(cables)) == [("red3", "blue3")]


def test_colour_and_measures(cables):
    assert list(variants(cables, measures=True)) == [("red3", "blue3", "blue5")]


def test_part_numbers_tell_apart(make):
    keyboards = ("Computing", "Keyboards")
    products = [
        make(n, f"Cherry {n} keyboard USB Black", "Cherry", keyboards, colour="Black") for n in ("G84-4100", "G84-4400")
    ]
    assert list(variants(products)) == []


def test_one_product_twice_is_no_variant(make):
    twice = [make(n, "Zento Aero desk lamp Red", "Zento", ("Home", "Lighting"), colour="Red") for n in "ab"]
    assert list(variants(twice)) == []


def test_inks_of_a_printer_are_no_variants(toner):
    inks = [toner(c, None, title=f"HP toner cartridge Original {c}", colour=c) for c in ("Cyan", "Black")]
    assert list(variants(inks)) == []
