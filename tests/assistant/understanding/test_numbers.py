from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.numbers import numerals


def spans(text):
    return [(numeral.low, numeral.high) for numeral in numerals(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200", "200"),
        ("3k", "3000"),
        ("3K", "3000"),
        ("2.5k", "2500"),
        ("1,299.00", "1299"),
        ("3,000,000", "3000000"),
        ("3千", "3000"),
        ("1.5万", "15000"),
        ("3w", "30000"),
        ("5百", "500"),
        ("三千", "3000"),
        ("两百", "200"),
        ("二十五", "25"),
        ("一百零五", "105"),
        ("两千五", "2500"),
        ("一万五", "15000"),
        ("十", "10"),
    ],
)
def test_one_number(text, value):
    assert spans(text) == [(Decimal(value), Decimal(value))]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("两三千", 2000, 3000), ("三四百", 300, 400), ("七八万", 70_000, 80_000), ("一两百", 100, 200)],
)
def test_two_neighbours_are_a_span(text, low, high):
    assert spans(text) == [(low, high)]


@pytest.mark.parametrize("text", ["", "一款", "这个", "五二百", "A4", "wh1000", "v2.0", "no number here"])
def test_no_number(text):
    assert spans(text) == []


def test_spans_say_where_the_number_is():
    text = "between 200 and 1,300.50 or 三千块"
    assert [text[n.start : n.end] for n in numerals(text)] == ["200", "1,300.50", "三千"]


@pytest.mark.parametrize("text", ["3千5", "1万2"])
def test_a_digit_after_a_scale_belongs_to_the_number(text):
    """3千5 is 3,500, as 三千五 is."""
    assert spans(text) == spans({"3千5": "三千五", "1万2": "一万二"}[text])


@pytest.mark.parametrize("text", ["65W charger", "65w 充电器", "65 W"])
def test_watts_are_not_ten_thousands(text):
    """Only 万 and a bare w after a price mean 10,000; a 65 W charger is no 650,000."""
    assert spans(text) == [(65, 65)]


@given(st.integers(0, 10**9))
def test_digits_with_and_without_commas_are_the_same(number):
    assert spans(f"{number:,}") == spans(str(number)) == [(number, number)]


@given(st.text(max_size=60))
def test_any_text_is_survived(text):
    for numeral in numerals(text):
        assert 0 <= numeral.start < numeral.end <= len(text)
        assert numeral.low <= numeral.high


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fifty bucks", 50),
        ("a hundred", 100),
        ("twenty-five", 25),
        ("two hundred and fifty", 250),
        ("One Thousand", 1000),
    ],
)
def test_english_words_are_numbers(text, value):
    (found,) = numerals(text)
    assert (found.low, text[found.start : found.end].lower().removesuffix(" bucks")) == (
        value,
        text.lower().removesuffix(" bucks"),
    )


def test_a_small_number_in_words_is_a_pronoun():
    assert list(numerals("the second one, or two of them")) == []
