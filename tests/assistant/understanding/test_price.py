from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.constraint import Operator
from assistant.understanding.price import price_bounds


def bounds(text, hinted=False):
    """Write the demands of `text` as one line: `>=200 <=300 USD`."""
    found = price_bounds(text, hinted)
    words = [f"{bound.operator.value}{format(bound.amount.normalize(), 'f')}" for bound in found]
    return " ".join([*words, *{bound.currency for bound in found if bound.currency}])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # at most
        ("under $200", "<=200 USD"),
        ("under 200", "<=200"),
        ("headphones below 1,299.99 please", "<=1299.99"),
        ("less than 1.5k", "<=1500"),
        ("cheaper than 80 euros", "<=80 EUR"),
        ("up to £50", "<=50 GBP"),
        ("no more than 200", "<=200"),
        ("max 100", "<=100"),
        ("100 max", "<=100"),
        ("200 dollars or less", "<=200 USD"),
        ("under 20 bucks", "<=20 USD"),
        ("my budget is 700", "<=700"),
        ("a 4k tv under 500", "<=500"),
        ("iPhone 15 under 500", "<=500"),
        ("27 inch monitor under 300", "<=300"),
        ("under 200 for my 10 year old", "<=200"),
        ("$200", "<=200 USD"),
        ("3k以内", "<=3000"),
        ("三千以内", "<=3000"),
        ("三千块以内", "<=3000 CNY"),
        ("三千五以内", "<=3500"),
        ("¥3000以下", "<=3000 CNY"),
        ("500刀以内", "<=500 USD"),
        ("两百美元以内", "<=200 USD"),
        ("不要超过1.5万", "<=15000"),
        ("千万别超过3000", "<=3000"),
        ("不到一千块", "<=1000 CNY"),
        ("最多两千", "<=2000"),
        ("两三千以内", "<=3000"),
        ("预算是2000", "<=2000"),
        ("预算2000以内", "<=2000"),
        ("十块钱以内", "<=10 CNY"),
        # both, whether they agree or not
        ("over $300 but under $500", ">=300 <=500 USD"),
        ("laptops over 300 under 100", ">=300 <=100"),
        ("300以上，500以下", ">=300 <=500"),
        # at least
        ("over 100 euros", ">=100 EUR"),
        ("at least £50", ">=50 GBP"),
        ("above 300", ">=300"),
        ("200 and up", ">=200"),
        ("$500+", ">=500 USD"),
        ("500以上", ">=500"),
        ("3000元起", ">=3000 CNY"),
        ("至少一千", ">=1000"),
        ("高于2000", ">=2000"),
        # a span
        ("between 200 and 300", ">=200 <=300"),
        ("from 200 to 300 dollars", ">=200 <=300 USD"),
        ("200-300 dollars", ">=200 <=300 USD"),
        ("$200-$300", ">=200 <=300 USD"),
        ("2-3k", ">=2000 <=3000"),
        ("500 to 1k", ">=500 <=1000"),
        ("2到3千", ">=2000 <=3000"),
        ("1到2万", ">=10000 <=20000"),
        ("8千到1万", ">=8000 <=10000"),
        ("五百到八百", ">=500 <=800"),
        ("预算2000到3000", ">=2000 <=3000"),
        ("两三千", ">=2000 <=3000"),
        ("三四百块", ">=300 <=400 CNY"),
        # around: a fifth to either side
        ("$200ish", ">=160 <=240 USD"),
        ("around 100", ">=80 <=120"),
        ("about 40 dollars", ">=32 <=48 USD"),
        ("预算5000左右", ">=4000 <=6000"),
        ("大概三百", ">=240 <=360"),
    ],
)
def test_price(text, expected):
    assert bounds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "phones", "27 inch", 'a 27" monitor', "iphone 15", "iphone 15 to 16", "16gb", "5000毫安", "5000mAh"),
        *("2 of them", "top 10 phones", "一款", "两个", "第二款", "between 13 and 15 inch", "13到15寸"),
        *("at least 16gb", "at least 5000 mah", "over 20 hours of battery", "under 2 kg", "2公斤以内", "至少16GB"),
        *("120hz以上", "3岁以上", "more than 4 stars", "4星以上", "up to 10 people", "more of number 3 please"),
    ],
)
def test_no_price(text):
    assert bounds(text) == ""


@pytest.mark.parametrize(
    "text",
    ["no less than 200", "not less than 200", "不低于200", "不少于200", "不小于200"],
)
def test_a_denied_upper_bound_is_a_lower_bound(text):
    assert bounds(text) == ">=200"


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to spend more than 200",
        "I can't afford more than 200",
        "nothing over 200",
        "not above 200",
        "no higher than 200",
        "不想超过200",
        "不会超过200",
        "别高于200",
        "不大于200",
    ],
)
def test_a_denied_lower_bound_is_an_upper_bound(text):
    assert bounds(text) == "<=200"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "at least 50 megapixels",
            "至少5000毫安",
            "超过5000毫安",
            "at least 2 litres",
            "at least 2 kilos",
            "over 30W",
        ),
        *("at least 10 watts", "up to 500 grams", "under 30 centimeters", "at least 256 gigs", "at least 2 terabytes"),
        "from 13 to 15 inch",
    ],
)
def test_a_compared_measure_is_no_price(text):
    """Every unit that `measures` knows has to be known here."""
    assert bounds(text) == ""


@pytest.mark.parametrize(
    "text", ["rating above 4", "rated 4 or above", "评分4以上", "toys for ages 3+", "within 2 days"]
)
def test_another_compared_number_is_no_price(text):
    assert bounds(text) == ""


@pytest.mark.parametrize("text", ["a pullover 200", "iphone 15 pro max 256"])
def test_a_comparison_is_a_word_of_its_own(text):
    assert bounds(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"), [("3千5以内", "<=3500"), ("1万2以内", "<=12000"), ("千元以内", "<=1000 CNY")]
)
def test_colloquial_thousands(text, expected):
    assert bounds(text) == expected


@pytest.mark.parametrize("text", ["500", "27 inch 500", "大约500的"])
def test_a_number_is_a_price_when_hinted(text):
    assert "500" in bounds(text, hinted=True) or bounds(text, hinted=True) == ">=400 <=600"


def test_a_bare_number_is_no_price():
    assert bounds("500") == ""


@pytest.mark.parametrize("text", ["iphone 15 under 500", "a 4k tv under 500", "galaxy 24, under $500"])
def test_a_hint_does_not_make_a_model_number_the_price(text):
    assert bounds(text, hinted=True).startswith("<=500")


def test_the_span_covers_the_words_and_nothing_else():
    text = "red phones under $300 with 5g"
    (bound,) = price_bounds(text)
    assert text[bound.start : bound.end] == "under $300"


@given(
    st.decimals(1, 10**6, places=2), st.sampled_from(["under {}", "under ${}", "{}以内", "不超过{}元", "max {} euros"])
)
def test_an_upper_bound_is_never_above_what_was_said(amount, pattern):
    (bound,) = price_bounds(pattern.format(amount))
    assert bound.operator is Operator.AT_MOST
    assert bound.amount == amount


@given(
    st.integers(1, 5000),
    st.sampled_from(["{}", "${}", "{}k", "{}千"]),
    st.integers(1, 9),
    st.sampled_from(["k", "千", "万"]),
)
def test_a_span_is_never_empty(low, pattern, high, scale):
    found = price_bounds(f"between {pattern.format(low)} and {high}{scale}")
    lower = [b.amount for b in found if b.operator is Operator.AT_LEAST]
    upper = [b.amount for b in found if b.operator is Operator.AT_MOST]
    assert all(at_least <= at_most for at_least in lower for at_most in upper)


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_survived(text, hinted):
    found = price_bounds(text, hinted)
    assert len(found) <= 2
    for bound in found:
        assert bound.amount >= Decimal(0)
        assert 0 <= bound.start < bound.end <= len(text)
