"""Catalogues of any size, drawn from a real one: the same kinds, brands and facts, other numbers, prices and names.

Each round goes once through the real products in a new order; a product of round 3 has the id `ID~3`, and what it is
related to, its variants, are those of its own round. Of its measures, some are another product's of the same kind.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.product import Attribute, Language, Money, Product

_EXCHANGED = 0.3
"""Share of measures that are taken from another product of the same kind."""
_SPREAD = 0.15
"""Standard deviation of the logarithm of a price against the real one."""
_CODE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CENT = Decimal("0.01")
Pool = dict[tuple[tuple[str, ...], str, str | None], list[Attribute]]
"""Measures by kind, key and unit, as often as products have them."""


def synthetic(real: Sequence[Product], size: int, seed: int = 0) -> Iterator[Product]:
    """Yield `size` products; the same `seed` gives the same ones. Raises `ValueError` when there are no real ones."""
    if not real:
        raise ValueError("synthetic products are drawn from real ones, and there are none")
    source = random.Random(seed)
    pool: Pool = {}
    for product in real:
        for fact in product.attributes:
            if isinstance(fact.value, Decimal):
                pool.setdefault((product.category, fact.name, fact.unit), []).append(fact)
    order = list(range(len(real)))
    for number in range(size):
        turn, place = divmod(number, len(real))
        if place == 0:
            source.shuffle(order)
        yield _like(real[order[place]], turn, pool, source)


def _like(product: Product, turn: int, pool: Pool, source: random.Random) -> Product:
    factor = Decimal(str(source.lognormvariate(0, _SPREAD)))
    code = "".join(source.choices(_CODE, k=5))

    def money(amount: Money | None) -> Money | None:
        if amount is None:
            return None
        return Money(amount=(amount.amount * factor).quantize(_CENT), currency=amount.currency)

    titles: dict[Language, str] = {language: f"{title} {code}" for language, title in product.titles.items()}
    return product.model_copy(
        update={
            "id": f"{product.id}~{turn}",
            "titles": titles,
            "price": money(product.price),
            "list_price": money(product.list_price),
            "stock": None if product.stock is None else source.randrange(2 * product.stock + 2),
            "review_count": source.randrange(2 * product.review_count + 1),
            "attributes": tuple(_fact(fact, product, pool, source) for fact in product.attributes),
            "related": tuple(r.model_copy(update={"id": f"{r.id}~{turn}"}) for r in product.related),
            "identifiers": {scheme: f"{known}~{turn}" for scheme, known in product.identifiers.items()},
            "group": f"{product.group}~{turn}" if product.group else None,
        }
    )


def _fact(fact: Attribute, product: Product, pool: Pool, source: random.Random) -> Attribute:
    if not isinstance(fact.value, Decimal) or source.random() > _EXCHANGED:
        return fact
    return source.choice(pool[product.category, fact.name, fact.unit])
