"""What a product itself states, held against a demand or a superlative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from assistant.constraint import Constraint, Operator, each
from assistant.product import Product
from assistant.understanding.understood import COLOUR_KEYS
from kg.scales import base, scaled


def meets(product: Product, constraint: Constraint) -> bool:
    """Whether `product` itself states what `constraint` demands, or one of its alternatives."""
    if constraint.alternatives:
        return any(meets(product, single) for single in each(constraint))
    if constraint.attribute == "price":
        values: list[Decimal] = [product.price.amount] if product.price else []
    elif constraint.attribute == "rating":
        values = [product.rating] if product.rating is not None else []
    elif constraint.attribute == "brand":
        same = (product.brand or "").casefold() == str(constraint.value).casefold()
        return same is (constraint.operator is not Operator.NOT_EQUAL)
    else:
        facts = [a for a in product.attributes if a.name in _same_keys(constraint.attribute)]
        if constraint.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
            has = any(_same(a.value, a.unit, constraint) for a in facts)
            return has is (constraint.operator is Operator.EQUAL)
        values = [
            scaled(a.value, a.unit)
            for a in facts
            if isinstance(a.value, Decimal) and (not constraint.unit or base(a.unit) == base(constraint.unit))
        ]
    limit = scaled(constraint.value, constraint.unit) if isinstance(constraint.value, Decimal) else constraint.value
    return any(_COMPARE[constraint.operator](value, limit) for value in values)


_COMPARE: dict[Operator, Callable[..., bool]] = {
    Operator.EQUAL: lambda a, b: a == b,
    Operator.NOT_EQUAL: lambda a, b: a != b,
    Operator.AT_MOST: lambda a, b: a <= b,
    Operator.AT_LEAST: lambda a, b: a >= b,
    Operator.BELOW: lambda a, b: a < b,
    Operator.ABOVE: lambda a, b: a > b,
}


def _same_keys(attribute: str) -> tuple[str, ...]:
    return COLOUR_KEYS if attribute in COLOUR_KEYS else (attribute,)


def _same(value: bool | Decimal | str, unit: str | None, constraint: Constraint) -> bool:
    wanted = constraint.value
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    if isinstance(value, Decimal) and isinstance(wanted, Decimal):
        return base(unit) == base(constraint.unit) and scaled(value, unit) == scaled(wanted, constraint.unit)
    return type(value) is type(wanted) and value == wanted


def numeric(attributes: Sequence[str], shown: Sequence[Product]) -> Callable[[Product], Decimal | None]:
    """Return how to read the first of `attributes` that some of `shown` state, in its base unit."""

    def read(product: Product, key: str) -> Decimal | None:
        if key == "price":
            return product.price.amount if product.price else None
        if key == "rating":
            return product.rating
        if key == "review_count":
            return Decimal(product.review_count)
        found = [scaled(a.value, a.unit) for a in product.attributes if a.name == key and isinstance(a.value, Decimal)]
        return found[0] if found else None

    key = next((k for k in attributes if any(read(p, k) is not None for p in shown)), attributes[0])
    return lambda product: read(product, key)
