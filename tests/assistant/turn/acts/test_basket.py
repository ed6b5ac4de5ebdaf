"""The cart: never more than is in stock, exact sums; and comparisons: a verdict of facts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.product import LANGUAGES, Availability, Money, Product
from assistant.turn import basket
from assistant.turn.comparing import table, verdict

IDS = ("a", "b", "c")
LINES = st.dictionaries(st.sampled_from(IDS), st.integers(1, 99))


def thing(id_="a", stock=None, availability=Availability.IN_STOCK, price="0.10"):
    price = Money(amount=Decimal(price), currency="USD")
    return Product(id=id_, titles={"en": f"Thing {id_}"}, stock=stock, availability=availability, price=price)


@given(LINES, st.integers(1, 200), st.none() | st.integers(0, 120), st.sampled_from(list(Availability)))
def test_never_more_than_is_in_stock(lines, quantity, stock, availability):
    added = basket.add(lines, thing(stock=stock, availability=availability), quantity)
    before, after = lines.get("a", 0), added.lines.get("a", 0)
    assert after == before + added.count and 0 <= added.count <= quantity
    assert after <= max(before, basket.MOST if stock is None else stock)
    assert after <= basket.MOST
    if availability is Availability.OUT_OF_STOCK:
        assert added.lines == lines
    assert {k: v for k, v in added.lines.items() if k != "a"} == {k: v for k, v in lines.items() if k != "a"}


@given(LINES, st.sampled_from([*IDS, "d"]), st.none() | st.integers(1, 120))
def test_what_is_removed_is_gone(lines, id_, quantity):
    left = basket.remove(lines, id_, quantity)
    expected = 0 if quantity is None else max(0, lines.get(id_, 0) - quantity)
    assert left.get(id_, 0) == expected
    assert all(left.values())
    assert {k: v for k, v in left.items() if k != id_} == {k: v for k, v in lines.items() if k != id_}


def test_what_was_added_can_be_removed_again():
    added = basket.add({}, thing(), 3)
    assert basket.remove(added.lines, "a", 3) == {}


def test_sums_are_exact(catalogue):
    cart = basket.priced(catalogue, {"hush-black": 3, "cord": 1, "loafer": 2, "gone": 5}, "en")
    assert [(line.id, line.quantity) for line in cart.lines] == [("hush-black", 3), ("cord", 1), ("loafer", 2)]
    assert cart.totals == (Money(amount=Decimal(916), currency="USD"),)
    assert basket.items_text(cart, "en") == (
        "3 × Zento Hush 900 black ($897), 1 × Korvo Cord black ($19) and 2 × Zento Loafer (no price given)"
    )
    assert basket.total_text(cart, "en") == "The subtotal is $916 for 6 items."
    assert basket.total_text(basket.priced(catalogue, {}, "en"), "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verdict_is_made_of_facts(language, catalogue):
    some = [catalogue.product(id_) for id_ in ("hush-black", "echo")]
    text = verdict(some, catalogue.names, language)
    if language == "en":
        assert text == (
            "Zento Hush 900 black is rated highest (4.6), has the longest battery life (30 hours) and is the only one "
            "listed with noise cancelling. Korvo Echo Pro black costs least ($129) and is the lightest (0.2 kg)."
        )
    else:
        assert "续航最长（30小时）" in text and "价格最低（US$129）" in text and "最轻（0.2千克）" in text


def test_equals_have_no_verdict(catalogue):
    some = [catalogue.product(id_) for id_ in ("run-41-black", "run-42-black")]
    assert verdict(some, catalogue.names, "en").startswith("Going by the catalogue's facts, I see no difference")


def test_the_table_has_differences_first_and_triples(catalogue):
    some = [catalogue.product(id_) for id_ in ("hush-black", "echo", "dive")]
    found = table(some, catalogue.names, "en")
    assert found.titles == tuple(p.titles["en"] for p in some)
    differs = [row.differs for row in found.rows]
    assert differs == sorted(differs, reverse=True)
    price = next(row for row in found.rows if row.label == "Price")
    assert [c.text for c in price.cells] == ["$299", "$129", "$89"]
    assert price.cells[0].triples == (("urn:shop:offer:hush-black:0", "schema:price", "299"),)
    water = next(row for row in found.rows if row.label == "Water resistance")
    assert [c.text for c in water.cells] == ["", "IPX4", "waterproof"]
