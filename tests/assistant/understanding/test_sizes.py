"""Measured demands: ranges, alternatives, refusals, and the units of shoppers and catalogues."""

from decimal import Decimal

import pytest

from assistant.catalogue.gazetteer import Entry, Gazetteer
from assistant.understanding.sizes import sized
from kg.scales import conversions

LAPTOPS, TVS = "Electronics > Laptops", "Electronics > TVs"
GAZETTEER = Gazetteer(
    (),
    [
        Entry("screen_size", Decimal("13.3"), "in", {LAPTOPS: 4}),
        Entry("screen_size", Decimal(15), "in", {LAPTOPS: 4}),
        Entry("width", Decimal(124), "cm", {TVS: 3}),
        Entry("screen_size", Decimal(55), "in", {TVS: 3}),
        Entry("memory", Decimal(16), "GB", {LAPTOPS: 4}),
        Entry("storage", Decimal(256), "GB", {LAPTOPS: 4}),
        Entry("storage", Decimal(512), "GB", {LAPTOPS: 4}),
        Entry("weight", Decimal(1300), "g", {LAPTOPS: 4}),
        Entry("diagonal", Decimal(140), "cm", {"Other": 3}),
    ],
)
FACETS = {"screen size": "screen_size", "屏幕": "screen_size", "storage": "storage", "width": "width"}


def demands(text, about=LAPTOPS):
    found = [c for size in sized(text, GAZETTEER, about, FACETS) for c in size.constraints]
    return [f"{c.attribute}{c.operator.value}{'|'.join(map(str, c.values))}{c.unit}" for c in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 inch", ["screen_size=15in"]),
        ("15英寸的", ["screen_size=15in"]),
        # A 13.3-inch laptop is called a 13-inch one.
        ("a 13 inch laptop", ["screen_size>=13in", "screen_size<14in"]),
        ("13 to 15 inch laptops", ["screen_size>=13in", "screen_size<=15in"]),
        ("13到15寸", ["screen_size>=13in", "screen_size<=15in"]),
        ("between 13 and 15 inches", ["screen_size>=13in", "screen_size<=15in"]),
        ("256GB到512GB", ["storage>=256GB", "storage<=512GB"]),
        ("256GB to 512GB", ["storage>=256GB", "storage<=512GB"]),
        ("256 or 512GB", ["storage=256|512GB"]),
        ("256GB或者512GB", ["storage=256|512GB"]),
        ("at least 512GB", ["storage>=512GB"]),
        ("16G内存", ["memory=16GB"]),
        ("under 1.5 kg", ["weight<=1500g"]),
        ("不超过1.5公斤", ["weight<=1500g"]),
        ("38厘米以内", ["screen_size<=14.96in"]),
        ("ten of them", []),
    ],
)
def test_sizes(text, expected):
    assert demands(text) == expected


def test_another_unit_is_met_about():
    assert demands("55 inch", "Other") == ["diagonal>=136.91cm", "diagonal<=142.49cm"]


def test_what_the_catalogue_does_not_measure_is_no_demand():
    assert demands("20 litres") == []


def test_units_convert_there_and_back():
    for unit in ("in", "cm", "kg", "g", "TB", "h", "ml"):
        for other, factor in conversions(unit):
            assert dict(conversions(other))[unit] * factor == pytest.approx(Decimal(1))
    assert conversions(None) == conversions("pcs") == []


def test_the_span_is_what_was_said():
    (size,) = sized("a laptop between 13 and 15 inches wide", GAZETTEER, LAPTOPS, FACETS)
    assert {c.said for c in size.constraints} == {"between 13 and 15 inches"}
