"""The cart as plain values: what goes in, what comes out, never more than is in stock, exact sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.store import Catalogue
from assistant.product import Language, Money, Product
from assistant.reply import Cart, CartLine
from assistant.turn.messages import say
from assistant.turn.phrase import listed, money
from assistant.turn.wording import buyable

MOST = 99
"""So many of one product at most: a slip of the finger is no order of a million."""
Lines = Mapping[str, int]
"""Quantities by product id, in the order in which they were taken."""


@dataclass(frozen=True)
class Added:
    """What became of adding a product: how many went in, and how many are in stock (None: not counted)."""

    lines: dict[str, int]
    count: int
    stock: int | None


def add(lines: Lines, product: Product, quantity: int) -> Added:
    """Put up to `quantity` of a product in; what is in the cart already counts against the stock."""
    has = lines.get(product.id, 0)
    room = MOST - has if product.stock is None else min(MOST, product.stock) - has
    count = max(0, min(quantity, room)) if buyable(product) else 0
    new = {**lines, product.id: has + count} if count else dict(lines)
    return Added(new, count, product.stock)


def remove(lines: Lines, id_: str, quantity: int | None = None) -> dict[str, int]:
    """Take `quantity` of a product out; None: all of it."""
    left = 0 if quantity is None else max(0, lines.get(id_, 0) - quantity)
    return {other: left if other == id_ else count for other, count in lines.items() if other != id_ or left}


def priced(catalogue: Catalogue, lines: Lines, language: Language) -> Cart:
    """Return the cart with today's prices; products that the catalogue no longer has are left out."""
    found: list[CartLine] = []
    totals: dict[str, Decimal] = {}
    for id_, quantity in lines.items():
        product = catalogue.product(id_)
        if product is None:
            continue
        total = None
        if product.price:
            total = Money(amount=product.price.amount * quantity, currency=product.price.currency)
            totals[total.currency] = totals.get(total.currency, Decimal(0)) + total.amount
        title = product.title(language)
        found.append(CartLine(id=id_, title=title, quantity=quantity, price=product.price, total=total))
    return Cart(lines=tuple(found), totals=tuple(Money(amount=a, currency=c) for c, a in totals.items()))


def items_text(cart: Cart, language: Language) -> str:
    """Return the lines of a cart in words."""
    words = []
    for line in cart.lines:
        key = "cart_line" if line.total else "cart_line_unpriced"
        total = money(line.total.amount, line.total.currency, language) if line.total else ""
        words.append(say(key, language, count=line.quantity, title=line.title, total=total))
    return listed(words, language)


def total_text(cart: Cart, language: Language) -> str:
    """Return the sentence with the number of items and the subtotal; empty when nothing has a price."""
    if not cart.totals:
        return ""
    count = sum(line.quantity for line in cart.lines)
    items = say("cart_items_one" if count == 1 else "cart_items", language, count=count)
    sums = " + ".join(money(total.amount, total.currency, language) for total in cart.totals)
    return say("cart_now", language, total=sums, items=items)
