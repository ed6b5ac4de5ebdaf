"""Holds a reply against what was expected of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.constraint import Constraint
from assistant.conversations.measure import Measure, measure_of
from assistant.conversations.predicate import demand, facts_of, predicate
from assistant.conversations.script import Expect, comparison
from assistant.product import Product
from assistant.reply import Reply
from assistant.state import ShoppingState

_CLOSE = Decimal("0.01")
"""Share by which an amount may differ: a currency was converted and rounded."""


@dataclass(frozen=True)
class Check:
    """One expectation: what was wanted, whether it holds, and what was found."""

    wanted: str
    holds: bool
    found: str = ""


Lookup = Callable[[str], Product | None]


def checks(expect: Expect, reply: Reply, state: ShoppingState, lookup: Lookup) -> Iterator[Check]:
    """Yield every expectation with its outcome; facts of products are read from the catalogue, not from the cards."""
    products = [p for card in reply.cards if (p := lookup(card.id))]
    decision = reply.decision
    if expect.intent:
        yield Check(f"intent {' or '.join(expect.intent)}", decision.intent in expect.intent, decision.intent)
    if expect.act:
        act = str(decision.slots.get("act"))
        yield Check(f"act {' or '.join(expect.act)}", act in expect.act, act)
    entities = [f"{e['entity']}{'#' + e['role'] if e.get('role') else ''}: {e['value']}" for e in decision.entities]
    for wanted in expect.entities:
        yield Check(f"entity {wanted}", wanted in entities, ", ".join(entities))
    for name, value in expect.slots.items():
        found = decision.slots.get(name)
        yield Check(f"slot {name} = {value}", found == value, str(found))
    yield from _state(expect, state)
    yield from _products(expect, products, reply, state, lookup)
    yield from _words(expect, reply)
    yield from _rest(expect, reply, state)


def wrongs(reply: Reply, state: ShoppingState, lookup: Lookup) -> Iterator[Check]:
    """Yield what may never be, whatever was expected: an unknown product, another price than the catalogue's, a wrong sum."""
    if not reply.text.strip():
        yield Check("an answer in words", False, "nothing")
    for card in reply.cards:
        product = lookup(card.id)
        price = product.price.amount if product and product.price else None
        if product is None:
            yield Check(f"{card.id} is in the catalogue", False, card.title)
        elif card.price != price:
            yield Check(f"{card.id} costs {price}", False, str(card.price))
    if reply.cart:
        lines = {line.id: line.quantity for line in reply.cart.lines}
        if lines != (kept := {line.id: line.quantity for line in state.cart}):
            yield Check(f"the cart that is shown holds {kept}", False, str(lines))
        sums: dict[str, Decimal] = {}
        for id_, quantity in lines.items():
            if (product := lookup(id_)) and product.price:
                currency = product.price.currency
                sums[currency] = sums.get(currency, Decimal(0)) + quantity * product.price.amount
        told = {total.currency: total.amount for total in reply.cart.totals}
        if told != sums:
            yield Check(f"the cart's total is {sums}", False, str(told))


def _state(expect: Expect, state: ShoppingState) -> Iterator[Check]:
    told = "; ".join(f"{'ideally ' if c.soft else ''}{c.key}" for c in state.constraints)
    for wanted in expect.state:
        yield Check(f"demand {wanted}", any(_is(c, wanted) for c in state.constraints), told)
    for attribute in expect.without:
        yield Check(f"no demand on {attribute}", all(c.attribute != attribute for c in state.constraints), told)


def _is(constraint: Constraint, text: str) -> bool:
    soft, attribute, sign, values = demand(text)
    # A derived category is preferred by the shop, not by the shopper.
    if constraint.attribute != attribute or (constraint.soft is not soft and attribute != "category"):
        return False
    if constraint.operator.value != sign or len(constraint.values) != len(values):
        return False
    own = [Measure(v, constraint.unit) if isinstance(v, Decimal) else v for v in constraint.values]
    return all(any(_same(value, wanted, attribute) for value in own) for wanted in values)


def _same(own: object, wanted: object, attribute: str) -> bool:
    if isinstance(own, Measure):
        limit = measure_of(wanted) if isinstance(wanted, str) else wanted
        pair = own.compared(limit) if isinstance(limit, Decimal | Measure) else None
        return pair is not None and abs(pair[0] - pair[1]) <= abs(pair[1]) * _CLOSE
    if isinstance(own, str) and isinstance(wanted, str):
        steps = own.casefold().split(" > ") if attribute == "category" else [own.casefold()]
        return wanted in steps
    return type(own) is type(wanted) and own == wanted


def _products(
    expect: Expect, products: Sequence[Product], reply: Reply, state: ShoppingState, lookup: Lookup
) -> Iterator[Check]:
    titles = [p.title(reply.language) for p in products]
    if expect.every:
        test = predicate(expect.every)
        wrong = [p.title(reply.language) for p in products if not test(facts_of(p))]
        yield Check(f"every product: {expect.every}", bool(products) and not wrong, "; ".join(wrong) or "no products")
    if expect.some:
        test = predicate(expect.some)
        yield Check(f"some product: {expect.some}", any(test(facts_of(p)) for p in products), "; ".join(titles))
    if expect.first:
        holds = bool(products) and predicate(expect.first)(facts_of(products[0]))
        yield Check(f"first product: {expect.first}", holds, titles[0] if titles else "no products")
    if expect.focus:
        product = lookup(state.focus) if state.focus else None
        holds = product is not None and predicate(expect.focus)(facts_of(product))
        yield Check(f"talking about: {expect.focus}", holds, product.title(reply.language) if product else "nothing")
    if expect.products:
        shown = [card.id for card in reply.cards]
        yield Check(
            f"products {', '.join(expect.products)}",
            shown[: len(expect.products)] == list(expect.products),
            ", ".join(shown),
        )
    if expect.count is not None:
        holds = comparison(expect.count)(Decimal(len(reply.cards)))
        yield Check(f"{expect.count} products", holds, str(len(reply.cards)))


def _words(expect: Expect, reply: Reply) -> Iterator[Check]:
    for pattern in expect.text:
        yield Check(f"says /{pattern}/", bool(re.search(pattern, reply.text, re.I | re.S)), reply.text)
    for pattern in expect.text_not:
        yield Check(f"does not say /{pattern}/", not re.search(pattern, reply.text, re.I | re.S), reply.text)
    if expect.language:
        yield Check(f"language {expect.language}", reply.language == expect.language, reply.language)
    titles = [quick.title for quick in reply.quick_replies]
    for pattern in expect.quick:
        yield Check(f"offers /{pattern}/", any(re.search(pattern, t, re.I) for t in titles), "; ".join(titles))
    labels = [chip.label for chip in reply.chips]
    for pattern in expect.chips:
        yield Check(f"chip /{pattern}/", any(re.search(pattern, t, re.I) for t in labels), "; ".join(labels))


def _rest(expect: Expect, reply: Reply, state: ShoppingState) -> Iterator[Check]:
    cart = {line.id: line.quantity for line in state.cart}
    if expect.cart is not None:
        yield Check(f"cart {expect.cart}", cart == expect.cart, str(cart))
    if expect.cart_count is not None:
        yield Check(f"{expect.cart_count} in the cart", sum(cart.values()) == expect.cart_count, str(cart))
    if expect.cart_total is not None:
        sums = [total.amount for total in reply.cart.totals] if reply.cart else []
        holds = len(sums) == 1 and comparison(expect.cart_total)(sums[0])
        yield Check(f"cart total {expect.cart_total}", holds, ", ".join(map(str, sums)) or "no cart is shown")
    asked = state.pending.attribute if state.pending and state.pending.kind == "facet" else ""
    if expect.asks:
        kind = state.pending.kind if state.pending else ""
        wanted = expect.asks in (asked, kind) or (expect.asks == "any" and bool(kind))
        yield Check(f"asks about {expect.asks}", wanted, f"{kind} {asked}".strip() or "nothing")
    for attribute in expect.asks_not:
        yield Check(f"does not ask about {attribute}", asked != attribute, asked or "nothing")
    if expect.route:
        yield Check(f"route {expect.route}", reply.route == expect.route, str(reply.route))
    if expect.compares is not None:
        found = len(reply.comparison.titles) if reply.comparison else 0
        yield Check(f"compares {expect.compares}", found == expect.compares, str(found))
