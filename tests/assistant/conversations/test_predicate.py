from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversations.predicate import PredicateError, demand, facts_of, predicate
from assistant.product import Attribute, Money, Product

PHONE = Product(
    id="p1",
    titles={"en": "Lumora Pebble phone", "zh": "流光手机"},
    brand="Lumora",
    category=("Electronics", "Phones"),
    price=Money(amount=Decimal("199.50"), currency="USD"),
    attributes=(
        Attribute(name="colour", value="black"),
        Attribute(name="colour", value="red"),
        Attribute(name="storage", value=Decimal(128), unit="GB"),
        Attribute(name="5g", value=True),
        Attribute(name="waterproof", value=True),
    ),
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("price <= 200", True),
        ("price < 199.5", False),
        ('brand == "lumora"', True),
        ('brand != "Apple" and price > 100', True),
        ('category == "Phones"', True),
        ('colour == "red"', True),
        ('colour != "red"', False),
        ('colour in ["white", "black"]', True),
        ('colour not in ["white", "blue"]', True),
        ("storage >= 256 or rating > 4", False),
        ("rating < 5", False),
        ("not rating > 4", True),
        ("available", True),
        ("waterproof", True),
        ("noise_cancelling", False),
        ('matches(title, "pebble|流光")', True),
        ('id == "p1"', True),
    ],
)
def test_predicates(text, holds):
    assert predicate(text)(facts_of(PHONE)) is holds


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "price", "price <= 'x'", "1 < price", "price <= 200 +", "brand.upper() == 'A'", "a < b", "[x for x in y]"],
)  # fmt: skip
def test_what_is_no_predicate_is_refused(text):
    if text == "price":
        assert predicate(text)(facts_of(PHONE)) is False
        return
    with pytest.raises(PredicateError, match=r"character|invalid"):
        predicate(text)


@given(st.decimals(1, 1000, places=2), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_numbers_compare_as_in_python(limit, sign):
    assert predicate(f"price {sign} {limit}")(facts_of(PHONE)) is eval(f"Decimal('199.50') {sign} Decimal('{limit}')")


def test_demands():
    assert demand("price <= 200") == (False, "price", "<=", (Decimal(200),))
    assert demand('ideally colour in ["Black", "silver"]') == (True, "colour", "=", ("black", "silver"))
    with pytest.raises(PredicateError):
        demand("price <= 1 and price > 2")
