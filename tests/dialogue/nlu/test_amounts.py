from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.price import price_bounds
from dialogue.nlu.amounts import _ENGLISH_WORDS, budget, han, price

LANGUAGES = ("en", "zh")
_WORDS = {word for phrase in _ENGLISH_WORDS.values() for word in phrase.split()} - {"a", "and"}


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (1, "一"), (10, "十"), (12, "十二"), (25, "二十五"), (99, "九十九"), (100, "一百"), (110, "一百一"), (200, "两百"),
        (222, "两百二十二"), (250, "两百五"), (305, "三百零五"), (1000, "一千"), (1005, "一千零五"), (1050, "一千零五十"),
        (1500, "一千五"), (1999, "一千九百九十九"), (2200, "两千二"), (12000, "一万二"), (10500, "一万零五百"), (20000, "两万"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_they_are_spoken(number, spoken):
    assert han(number) == spoken


@pytest.mark.parametrize("number", [0, -1, 100_000])
def test_numbers_out_of_range_are_refused(number):
    with pytest.raises(ValueError, match=f"{number} is not from 1"):
        han(number)


@given(number=st.integers(1, 99_999))
def test_the_assistant_reads_written_numbers_back(number):
    if number < 50:
        return
    assert price_bounds(f"{han(number)}以内")[0].amount == number


@pytest.mark.parametrize("make", [price, budget])
@given(seed=st.integers(), language=st.sampled_from(LANGUAGES))
def test_a_price_is_a_clean_span(make, seed, language):
    text = make(language, Random(seed))
    assert text == text.strip() and "  " not in text
    assert not text.endswith(("的", ",", "，")) and "budget" not in text and "预算" not in text


@given(seed=st.integers(), language=st.sampled_from(LANGUAGES))
def test_the_assistant_understands_a_price(seed, language):
    text = price(language, Random(seed))
    # Numbers in English words ("fifty bucks") are not read by the price parser, and 1.5w以内 only in part.
    if set(text.split()) & _WORDS or "w" in text.casefold():
        return
    assert price_bounds(text, hinted=True), text


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        (
            "en",
            ["under ", "<", "max", "k", "between ", "-", "ish", "around ", "bucks", "quid", "over ", "£", "at least "],
        ),
        (
            "zh",
            ["以内", "不超过", "-", "两三", "四五", "左右", "k", "上下", "以下", "块钱", "至少", "千五", "万", "到"],
        ),
    ],
)
def test_every_form_turns_up(language, marks):
    pick = Random(0)
    said = [price(language, pick) for _ in range(2000)]
    assert [mark for mark in marks if not any(mark in text for text in said)] == []


@given(seed=st.integers(), language=st.sampled_from(LANGUAGES))
def test_prices_are_the_same_for_the_same_seed(seed, language):
    assert price(language, Random(seed)) == price(language, Random(seed))
