from decimal import Decimal
from string import Formatter

import pytest

from assistant.constraint import Constraint, Operator
from assistant.product import LANGUAGES
from assistant.state import ShoppingState
from assistant.turn import phrase
from assistant.turn.messages import _MESSAGES, say
from assistant.turn.update import Act


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        ("399", "USD", "$399", "US$399"),
        ("399.00", "USD", "$399", "US$399"),
        ("1299.5", "USD", "$1,299.50", "US$1,299.50"),
        ("20000", "CNY", "CN¥20,000", "¥20,000"),
        ("0", "USD", "$0", "US$0"),
        ("1.5E+3", "EUR", "€1,500", "€1,500"),
        ("2500", "JPY", "¥2,500", "JP¥2,500"),
    ],
)
def test_money(amount, currency, english, chinese):
    assert phrase.money(Decimal(amount), currency, "en") == english
    assert phrase.money(Decimal(amount), currency, "zh") == chinese


@pytest.mark.parametrize(
    "currency", ["USD", "CNY", "EUR", "GBP", "JPY", "KRW", "CHF", "DKK", "INR", "KWD", "PEN", "ZAR"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_amount_keeps_all_its_digits(currency, language):
    assert "".join(filter(str.isdigit, phrase.money(Decimal(1234567), currency, language))) == "1234567"


def _gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", _MESSAGES)
def test_every_message_is_in_both_languages_with_the_same_gaps(key):
    assert set(_MESSAGES[key]) == set(LANGUAGES)
    gaps = {language: set().union(*map(_gaps, variants)) for language, variants in _MESSAGES[key].items()}
    # Only English tells "is" from "are".
    assert gaps["en"] - {"are"} == gaps["zh"]
    for variants in _MESSAGES[key].values():
        assert variants and all(text.strip() for text in variants)
        assert all(_gaps(text) == _gaps(variants[0]) for text in variants)


@pytest.mark.parametrize("act", [Act.GREET, Act.GOODBYE, Act.THANKS, Act.START_OVER, Act.OFF_TOPIC, Act.CLARIFY])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_without_facts_has_no_gap(act, language):
    for turn in range(3):
        text = say(act.value, language, turn)
        assert text and "{" not in text


def test_wording_varies_with_the_turn():
    assert say("greet", "en", 0) != say("greet", "en", 1)
    assert say("greet", "en", 0) == say("greet", "en", 3)


def test_a_value_with_braces_stays_as_it_is():
    assert say("why_not", "en", value="{x}") == "not {x}"


def test_a_missing_gap_is_an_error():
    with pytest.raises(KeyError):
        say("below", "en")


def _demand(attribute, operator, value, unit=None, said=""):
    value = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return Constraint(attribute=attribute, operator=operator, value=value, unit=unit, said=said)


@pytest.mark.parametrize(
    ("demand", "english", "chinese"),
    [
        (_demand("price", Operator.AT_MOST, 200), "up to $200", "不超过US$200"),
        (_demand("price", Operator.BELOW, 200), "below $200", "低于US$200"),
        (_demand("price", Operator.AT_LEAST, 200), "from $200", "US$200起"),
        (_demand("price", Operator.ABOVE, 200), "above $200", "高于US$200"),
        (_demand("rating", Operator.AT_LEAST, 4), "from 4", "4起"),
        (_demand("brand", Operator.EQUAL, "Zento"), "Zento", "泽拓"),
        (_demand("brand", Operator.NOT_EQUAL, "Zento"), "not Zento", "不是泽拓"),
        (_demand("category", Operator.EQUAL, "Electronics > Phones"), "Phones", "手机"),
        (_demand("colour", Operator.EQUAL, "red"), "red", "红色"),
        (_demand("memory", Operator.AT_LEAST, 16, "GB"), "from 16 GB", "16 GB起"),
        (_demand("noise_cancelling", Operator.EQUAL, True), "noise cancelling", "降噪"),
    ],
)
def test_demands_in_words(catalogue, demand, english, chinese):
    assert phrase.demand_text(demand, catalogue.names, "USD", "en") == english
    assert phrase.demand_text(demand, catalogue.names, "USD", "zh") == chinese


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("under $300", "price: up to $300"),
        ("两千块以内", "price: up to $300 (“两千块以内”)"),
        ("", "price: up to $300"),
    ],
)
def test_a_chip_quotes_a_price_that_was_said_in_other_words(catalogue, said, label):
    state = ShoppingState(constraints=(_demand("price", Operator.AT_MOST, 300, said=said),))
    (chip,) = phrase.chips(state, catalogue.names, "USD")
    assert (chip.label, chip.key) == (label, state.constraints[0].key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_details_of_every_product_are_whole_sentences(catalogue, language):
    state = ShoppingState(language=language)
    for product in catalogue.generation.products():
        text = phrase.details_text(product, state, catalogue.names)
        assert product.title(language) in text
        assert "None" not in text and "{" not in text.replace("{x}", "")
        assert all(paragraph.rstrip()[-1] in ".!?。！？”" for paragraph in text.split("\n\n"))


@pytest.mark.parametrize(
    ("id_", "english", "chinese"),
    [
        ("beat", "3 in stock.", "现货3件。"),
        ("beat-gone", "Out of stock at the moment.", "暂时缺货。"),
        ("unpriced", "Can be pre-ordered.", "可以预订。"),
        ("mini", "In stock.", "有现货。"),
    ],
)
def test_details_end_with_the_stock(catalogue, id_, english, chinese):
    product = catalogue.product(id_)
    assert phrase.details_text(product, ShoppingState(), catalogue.names).endswith(english)
    assert phrase.details_text(product, ShoppingState(language="zh"), catalogue.names).endswith(chinese)
