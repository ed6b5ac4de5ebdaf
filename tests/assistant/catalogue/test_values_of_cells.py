"""Money, numbers, units, words, codes and text as shops write them."""

import csv
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.catalogue.attributes import attribute_key, attributes_of, parse_value
from assistant.catalogue.fields import column_of
from assistant.catalogue.read import read_catalogue
from assistant.catalogue.text import language_of, plain_text
from assistant.catalogue.values import gtin, parse_availability, parse_count, parse_money, parse_rating, web_address
from assistant.product import Availability


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1.299,00 €", "1299.00", "EUR"),
        ("1.299 €", "1299", "EUR"),
        ("€0.125", "0.125", "EUR"),
        ("¥2,999", "2999", "CNY"),
        ("￥2,999.50", "2999.50", "CNY"),
        ("US$ 5", "5", "USD"),
        ("3999元", "3999", "CNY"),
        ("人民币 88", "88", "CNY"),
        ("15.00 USD", "15.00", "USD"),
        ("usd 15", "15", "USD"),
        ("CHF 1'299.50", "1299.50", "CHF"),
        ("1 299,00 €", "1299.00", "EUR"),
        ("12,- €", "12", "EUR"),
        ("HK$88", "88", "HKD"),
        ("£.99", "0.99", "GBP"),
        ("Rs.500", "500", "INR"),
        ("5 $US", "5", "USD"),
        ({"amount": "5.00", "currency": "eur"}, "5.00", "EUR"),
        (699, "699", "JPY"),
        ("¥699", "699", "JPY"),
    ],
)
def test_money(cell, amount, currency):
    money = parse_money(cell, "JPY" if currency == "JPY" else None)
    assert (money.amount, money.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("cell", [None, "", " ", "-", "N/A", {}])
def test_no_price_is_fine(cell):
    assert parse_money(cell) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-5 USD", "is negative"),
        ("$-5", "is negative"),
        (-1, "is negative"),
        ("NaN", "is not an amount"),
        (float("nan"), "NaN is not a number"),
        (float("inf"), "Infinity is not a number"),
        ("10-20 USD", "is not an amount"),
        ("1.2.3 USD", "is not a number"),
        ("12 bananas", "is not an amount"),
        ("__import__('os')", "is not an amount"),
        (True, "is not a number"),
        ("9" * 40, "is out of range"),
        (" " * 100_000 + "x", "is not an amount"),
    ],
)
def test_broken_money(cell, reason):
    with pytest.raises(ValueError, match=reason):
        parse_money(cell, "USD")


@given(
    amount=st.decimals(min_value=0, max_value=10**8, places=2),
    currency=st.sampled_from(["EUR", "USD", "CNY", "GBP", "HKD", "JPY", "KRW"]),
    locale=st.sampled_from(["en", "zh", "de", "fr", "it", "es", "ja"]),
)
def test_money_reads_what_babel_writes(amount, currency, locale):
    if currency in ("JPY", "KRW"):
        amount = amount.to_integral_value()
    money = parse_money(format_currency(amount, currency, locale=locale), currency)
    assert (money.amount, money.currency) == (amount, currency)


@given(st.text(max_size=40))
def test_money_never_fails_otherwise(text):
    try:
        money = parse_money(text, "USD")
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert money is None or money.amount >= 0


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("6.1 inch", Decimal("6.1"), "in"),
        ('6.1"', Decimal("6.1"), "in"),
        ("15.6英寸", Decimal("15.6"), "in"),
        ("128GB", Decimal(128), "GB"),
        ("5000 mAh", Decimal(5000), "mAh"),
        ("5,000 mAh", Decimal(5000), "mAh"),
        ("6,1 inch", Decimal("6.1"), "in"),
        ("5000万像素", Decimal(50), "MP"),
        ("2 years", Decimal(2), "year"),
        ("-20 °C", Decimal(-20), "°C"),
        ("343", Decimal(343), None),
        ("yes", True, None),
        ("FALSE", False, None),
        ("是", True, None),
        ("否", False, None),
        ("007", "007", None),
        ("2000000000015", "2000000000015", None),
        ("5G", "5G", None),
        ("3M", "3M", None),
        ("A16 Bionic", "A16 Bionic", None),
        ("10,100,1000", "10,100,1000", None),
        ("7-9小时", "7-9小时", None),
        ("1.5米+1.8米通用", "1.5米+1.8米通用", None),
    ],
)
def test_attribute_values(cell, value, unit):
    parsed, found = parse_value(cell)
    assert (parsed, found) == (value, unit)
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Screen Size", "screen_size"),
        ("warrantyInformation", "warranty_information"),
        ("Wi-Fi", "wi_fi"),
        ("5G", "5g"),
        ("CPU型号", "cpu型号"),
        ("auto_focus__af__lock", "auto_focus_af_lock"),
        ("屏幕　尺寸", "屏幕_尺寸"),
    ],
)
def test_attribute_keys(header, key):
    assert attribute_key(header) == key


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_column_gives_valid_attributes_or_none(header, value):
    try:
        assert len(list(attributes_of(header, value))) <= 1
    except ValueError as error:
        assert "NaN" in str(error)


def test_a_unit_in_the_header_and_nested_objects():
    (weight,) = attributes_of("Weight (kg)", "1.5")
    assert (weight.name, weight.value, weight.unit) == ("weight", Decimal("1.5"), "kg")
    nested = attributes_of("size", {"width": "3 cm", "height": {"value": 4, "unit": "cm"}})
    assert [(a.name, a.value, a.unit) for a in nested] == [("size_width", 3, "cm"), ("size_height", 4, "cm")]


@pytest.mark.parametrize(
    ("header", "field", "language", "currency"),
    [
        ("Product Name", "title", None, None),
        ("title_zh", "title", "zh", None),
        ("titleEn", "title", "en", None),
        ("英文名称", "title", "en", None),
        ("标题（中文）", "title", "zh", None),
        ("描述", "description", None, None),
        ("价格（元）", "price", None, "CNY"),
        ("price_usd", "price", None, "USD"),
        ("Price (EUR)", "price", None, "EUR"),
        ("条形码", "gtin", None, None),
    ],
)
def test_headers(header, field, language, currency):
    column = column_of(header)
    assert (column.field, column.language, column.currency) == (field, language, currency)


def test_a_header_of_no_field_is_an_attribute():
    assert column_of("screen_size") is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("In Stock", Availability.IN_STOCK),
        ("in_stock", Availability.IN_STOCK),
        ("https://schema.org/SoldOut", Availability.OUT_OF_STOCK),
        ("schema:PreOrder", Availability.PREORDER),
        ("有货", Availability.IN_STOCK),
        ("缺货", Availability.OUT_OF_STOCK),
        ("预售", Availability.PREORDER),
        (False, Availability.OUT_OF_STOCK),
        ("backorder", Availability.BACKORDER),
    ],
)
def test_availability(word, kind):
    assert parse_availability(word) is kind


def test_ratings_and_counts():
    assert parse_rating("4.5 out of 5") == parse_rating("4,5") == parse_rating("4.5星") == Decimal("4.5")
    assert parse_rating(9, best=10) == Decimal("4.5")
    assert parse_count("1,234") == 1234
    assert parse_count("99+") == 99
    for broken in (-0.1, 5.1, "NaN", "four"):
        with pytest.raises(ValueError, match=r"not between|not a number"):
            parse_rating(broken)
    for broken in (-1, "1.5", "many"):
        with pytest.raises(ValueError, match="not a"):
            parse_count(broken)


@pytest.mark.parametrize("code", ["96385074", "036000291452", "4006381333931", "10012345678902", "4006381-333931"])
def test_gtins_with_the_right_check_digit(code):
    assert gtin(code) == code.replace("-", "")


@pytest.mark.parametrize(
    "code", ["4006381333932", "123", "", "0000000000000", "４００６３８１３３３９３１", "abcdefgh"]
)
def test_wrong_gtins(code):
    assert gtin(code) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Cool &amp; light</p>", "Cool & light"),
        ("a < b and <3", "a < b and <3"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("x<script>alert('<b>')</script>y", "xy"),
        ("x<!-- <p>no</p> -->y", "xy"),
        ('<a title="a > b" href="#">link</a>', "link"),
        ('cut off <a href="http://exa', "cut off"),
        ("one<br>two", "one two"),
        ("Fish&nbsp;&amp;&nbsp;chips", "Fish & chips"),
    ],
)
def test_plain_text(html, text):
    assert plain_text(html) == text


def test_plain_text_keeps_lines_and_stays_quick():
    assert plain_text("<ul><li>one</li><li>two</li></ul>", lines=True) == "one\ntwo"
    for hostile in ("<script " * 50_000, "<a '" * 50_000, "&lt;" * 50_000):
        plain_text(hostile)


def test_languages():
    assert language_of("Redmi Note 13 Pro+ 5G 8GB+256GB 子夜黑") == "zh"
    assert language_of("Dinner plate") == language_of("ソニー テレビ") == language_of("") == "en"


def test_links_are_of_the_web():
    assert web_address("https://example.org/a.jpg") == "https://example.org/a.jpg"
    assert web_address("a.jpg") == "a.jpg"
    assert web_address("javascript:alert(1)") is None
    assert web_address("http://[broken") is None


WORDS = st.text(alphabet="abc XYZ中文,;\t'\"|\n-()é", min_size=1, max_size=20).map(lambda text: f"x{text}y")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(WORDS, WORDS, st.decimals(0, 10**6, places=2), st.integers(0, 999)), min_size=1, max_size=8
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_a_table_reads_as_it_was_written(tmp_path, rows, delimiter, encoding):
    file = tmp_path / "round.csv"
    with file.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["id", "title", "style note", "price", "currency", "stock"])
        for number, (title, note, price, stock) in enumerate(rows):
            writer.writerow([number, title, note, price, "USD", stock])
    products = list(read_catalogue([file]))
    assert [(p.id, p.title("en"), p.attributes[0].value, p.price.amount, p.stock) for p in products] == [
        (str(number), " ".join(title.split()), " ".join(note.split()), price, stock)
        for number, (title, note, price, stock) in enumerate(rows)
    ]
