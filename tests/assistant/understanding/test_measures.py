from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.measures import measures


def found(text):
    return [f"{format(m.value.normalize(), 'f')} {m.unit}" for m in measures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27 inch monitor", ["27 in"]),
        ('27" monitor', ["27 in"]),
        ("27-inch", ["27 in"]),
        ("6.1英寸", ["6.1 in"]),
        ("13到15寸", ["15 in"]),
        ("16gb and 1tb", ["16 GB", "1 TB"]),
        ("16g内存", ["16 GB"]),
        ("5000毫安", ["5000 mAh"]),
        ("5000毫安时", ["5000 mAh"]),
        ("5000mAh", ["5000 mAh"]),
        ("两千毫安", ["2000 mAh"]),
        ("1200万像素", ["12 MP"]),
        ("48 megapixels", ["48 MP"]),
        ("1.5公斤", ["1.5 kg"]),
        ("2 kilos", ["2 kg"]),
        ("171 g", ["171 g"]),
        ("20 hours", ["20 h"]),
        ("20个小时", ["20 h"]),
        ("65 watts", ["65 W"]),
        ("120hz", ["120 Hz"]),
        ("500ml", ["500 ml"]),
        ("2升", ["2 l"]),
        ("3 pieces", ["3 pcs"]),
    ],
)
def test_measure(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("text", ["", "iphone 15", "under 300", "两三千", "2 of them", "5 great phones", "第二款"])
def test_no_measure(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["65W charger", "65 W", "65w 充电器"])
def test_watts(text):
    assert found(text) == ["65 W"]


@pytest.mark.parametrize("text", ["a 2 in 1 laptop", "2-in-1 laptop", "3 in 1 charger", "are there 10 in stock?"])
def test_the_word_in_is_no_inch(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["5g phone", "a 5G phone please"])
def test_the_network_is_no_weight(text):
    assert found(text) == []


def test_a_unit_is_a_whole_word():
    assert found("within 5 kilometers") == []


def test_the_span_covers_number_and_unit():
    text = "a 27 inch monitor"
    (measure,) = measures(text)
    assert text[measure.start : measure.end] == "27 inch"


@given(st.decimals(1, 9999, places=1), st.sampled_from(["GB", "inch", "毫安", "公斤", "Hz"]))
def test_the_value_is_what_was_written(value, unit):
    (measure,) = measures(f"with {value}{unit}")
    assert measure.value == Decimal(value)
