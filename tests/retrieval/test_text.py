"""What the models and the lexical index read of a product."""

from decimal import Decimal

import pytest

from assistant.product import Attribute, Product
from retrieval.text import attribute_text, document, passage

LABELS = {"Phones": ["phone", "手机"], "black": ["black", "黑色"], "Lumora": ["流光"]}


def labels(name):
    return LABELS.get(name, [])


def labels_in(name, language):
    return [label for label in labels(name) if label.isascii() is (language == "en")]


def phone(*facts, title="Pebble", **more):
    attributes = tuple(Attribute(name=name, value=value, unit=unit) for name, value, unit in facts)
    return Product(**{"id": "1", "titles": {"en": title}, "attributes": attributes} | more)


@pytest.mark.parametrize(
    ("name", "value", "unit", "text"),
    [
        ("screen_size", Decimal("6.1"), "in", "screen size 6.1 in"),
        ("noise_cancelling", True, None, "noise cancelling"),
        ("noise_cancelling", False, None, ""),
        ("colour", "rose gold", None, "colour rose gold"),
        ("ports", Decimal(3), None, "ports 3"),
    ],
)
def test_a_fact_in_words(name, value, unit, text):
    assert attribute_text(Attribute(name=name, value=value, unit=unit)) == text


def test_a_passage_begins_with_what_tells_most():
    product = phone(
        ("storage", Decimal(128), "GB"),
        ("colour", "black", None),
        ("nfc", True, None),
        ("gps", False, None),
        titles={"zh": "鹅卵石手机", "en": "Pebble 3"},
        brand="Lumora",
        category=("Electronics", "Phones"),
    )
    assert passage(product, labels) == "Pebble 3. 鹅卵石手机. Lumora phone 手机 Phones. 128GB, black, nfc"


def test_a_passage_says_nothing_twice():
    product = phone(("colour", "Black", None), title="LUMORA Pebble black", brand="Lumora", category=("phone",))
    assert passage(product, lambda _: ["Phone"]) == "LUMORA Pebble black. phone. "


def test_a_passage_leaves_out_long_texts_and_ends_after_eight_facts():
    facts = [(f"f{n}", f"value-{n}", None) for n in range(12)]
    text = passage(phone(("note", "word " * 20, None), *facts), labels)
    assert "word" not in text
    assert "value-7" in text and "value-8" not in text


def test_a_number_within_another_is_another():
    # BUG retrieval/text.py `passage`: facts are looked for in titles without word boundaries: "8GB" is in "128GB".
    product = phone(("memory", Decimal(8), "GB"), title="Pebble 128GB")
    assert "8GB" in passage(product, labels).removeprefix("Pebble 128GB")


FACTS = [("colour", "black", None), ("storage", Decimal(128), "GB"), ("nfc", True, None)]
MORE = {"descriptions": {"en": "Smooth."}, "brand": "Lumora", "category": ("Electronics", "Phones")}


def test_a_document_of_both_languages_is_the_products_own_words():
    product = phone(*FACTS, titles={"en": "Pebble", "zh": "鹅卵石"}, identifiers={"mpn": "PB-1"}, **MORE)
    assert document(product, labels_in).split("\n") == [*["Pebble", "鹅卵石"] * 2, "Lumora", "Smooth.", "black", "PB-1"]


@pytest.mark.parametrize(
    ("titles", "names"), [({"en": "Pebble"}, ["手机", "流光", "黑色"]), ({"zh": "鹅卵石"}, ["phone", "black"])]
)
def test_a_document_of_one_language_has_names_in_the_other(titles, names):
    lines = document(phone(*FACTS, titles=titles, **MORE), labels_in).split("\n")
    assert lines == [*titles.values(), *titles.values(), "Lumora", "Smooth.", "black", *names]


def test_the_least_product():
    assert document(phone(), labels_in) == "Pebble\nPebble"
    assert passage(phone(), labels).strip(" .") == "Pebble"
