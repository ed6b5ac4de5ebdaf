"""What changed between two readings of a catalogue, compared with what is plain to see."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalogue.changes import ChangeKind, changes, in_stock, is_low
from assistant.product import Availability, Money, Product


def product(id_="p", amount=None, currency="USD", availability=Availability.IN_STOCK, stock=None):
    price = Money(amount=Decimal(str(amount)), currency=currency) if amount is not None else None
    return Product(id=id_, titles={"en": id_}, price=price, availability=availability, stock=stock)


def kinds(old, new, **options):
    return [change.kind for change in changes({"p": old}, {"p": new}, **options)]


def test_price_drop_has_amount_and_percent():
    (change,) = changes({"p": product(amount=80)}, {"p": product(amount=60)})
    assert (change.kind, change.amount, change.percent) == (ChangeKind.PRICE_DROP, Decimal(-20), Decimal("-25.0"))


def test_price_from_nothing_has_no_percent():
    (change,) = changes({"p": product(amount=0)}, {"p": product(amount=60)})
    assert (change.kind, change.percent) == (ChangeKind.PRICE_RISE, None)


def test_another_currency_is_no_drop():
    assert kinds(product(amount=80), product(amount=60, currency="EUR")) == []


def test_the_same_amount_written_otherwise_is_no_change():
    assert kinds(product(amount="80"), product(amount="80.00")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((Availability.OUT_OF_STOCK, None), (Availability.IN_STOCK, 9), [ChangeKind.BACK_IN_STOCK]),
        ((Availability.OUT_OF_STOCK, 0), (Availability.IN_STOCK, 2), [ChangeKind.BACK_IN_STOCK, ChangeKind.LOW_STOCK]),
        ((Availability.IN_STOCK, 9), (Availability.OUT_OF_STOCK, None), [ChangeKind.OUT_OF_STOCK]),
        ((Availability.IN_STOCK, 9), (Availability.IN_STOCK, 0), [ChangeKind.OUT_OF_STOCK]),
        ((Availability.IN_STOCK, 4), (Availability.IN_STOCK, 3), [ChangeKind.LOW_STOCK]),
        ((Availability.IN_STOCK, 3), (Availability.IN_STOCK, 1), []),
        ((Availability.PREORDER, None), (Availability.IN_STOCK, None), [ChangeKind.BACK_IN_STOCK]),
        ((Availability.OUT_OF_STOCK, None), (Availability.PREORDER, None), []),
    ],
)
def test_stock(old, new, expected):
    assert kinds(product(availability=old[0], stock=old[1]), product(availability=new[0], stock=new[1])) == expected


def test_new_and_gone_come_in_order():
    found = changes({"a": product("a"), "b": product("b")}, {"c": product("c"), "b": product("b")})
    assert [(c.kind, c.id) for c in found] == [(ChangeKind.NEW, "c"), (ChangeKind.GONE, "a")]


def test_low_stock_below_one_is_refused():
    with pytest.raises(ValueError, match="found 0"):
        changes({}, {}, low_stock=0)


products = st.builds(
    product,
    amount=st.none() | st.integers(0, 5),
    currency=st.sampled_from(["USD", "EUR"]),
    availability=st.sampled_from(Availability),
    stock=st.none() | st.integers(0, 6),
)


@given(products, products, st.integers(1, 5))
def test_agrees_with_what_is_plain_to_see(old, new, low):
    found = set(kinds(old, new, low_stock=low))
    comparable = old.price and new.price and old.price.currency == new.price.currency
    assert (ChangeKind.PRICE_DROP in found) == bool(comparable and new.price.amount < old.price.amount)
    assert (ChangeKind.PRICE_RISE in found) == bool(comparable and new.price.amount > old.price.amount)
    assert (ChangeKind.BACK_IN_STOCK in found) == (in_stock(new.offer) and not in_stock(old.offer))
    assert (ChangeKind.LOW_STOCK in found) == (is_low(new.offer, low) and not is_low(old.offer, low))
    assert changes({"p": old}, {"p": old}, low_stock=low) == []
