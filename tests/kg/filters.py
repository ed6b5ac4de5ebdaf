"""A plain-Python filter over products, which the graph's answers are compared with, and constraints to try."""

import operator
from decimal import Decimal

from hypothesis import strategies as st

from assistant.constraint import Constraint, Operator
from kg.scales import conversions

OPERATORS = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.AT_MOST: operator.le,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.ABOVE: operator.gt,
}
EXACT = (Operator.EQUAL, Operator.NOT_EQUAL)
ORDERED = tuple(op for op in Operator if op not in EXACT)


def same(one, other):
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return type(one) is type(other) and one == other


def has(product, c):
    if c.attribute == "brand":
        return product.brand is not None and same(product.brand, c.value)
    if c.attribute == "category":
        steps = c.value.split(" > ")
        return [s.casefold() for s in product.category[: len(steps)]] == [s.casefold() for s in steps]
    if c.attribute == "availability":
        return product.availability == c.value
    return any(a.name == c.attribute and same(a.value, c.value) and a.unit == c.unit for a in product.attributes)


def meets(product, c):
    compare = OPERATORS[c.operator]
    if c.attribute == "price":
        return product.price is not None and compare(product.price.amount, c.value)
    if c.attribute == "rating":
        return product.rating is not None and compare(product.rating, c.value)
    if c.operator in EXACT:
        return has(product, c) is (c.operator is Operator.EQUAL)
    factors = {c.unit: Decimal(1)} | dict(conversions(c.unit)) if c.unit else {}
    return any(
        a.name == c.attribute
        and isinstance(a.value, Decimal)
        and (not c.unit or a.unit in factors)
        and compare(a.value, c.value * factors.get(a.unit, 1))
        for a in product.attributes
    )


def filtered(products, constraints):
    return sorted(p.id for p in products if all(meets(p, c) for c in constraints))


def constraints_on(products):
    """Constraints that some products meet: their own values, or ones a little off."""
    facts = sorted({a for p in products for a in p.attributes}, key=repr)
    paths = sorted({" > ".join(p.category[:n]) for p in products for n in range(1, len(p.category) + 1)})
    brands = sorted({p.brand for p in products if p.brand})
    limits = st.sampled_from(sorted({p.price.amount for p in products if p.price})) | st.decimals(0, 2000, places=2)
    measures = [fact for fact in facts if isinstance(fact.value, Decimal)]
    spoilt = st.sampled_from([str, str.upper, str.title, lambda text: text + "x"])

    @st.composite
    def exact(draw):
        fact = draw(st.sampled_from(facts))
        value = draw(spoilt)(fact.value) if isinstance(fact.value, str) else fact.value
        unit = draw(st.sampled_from([fact.unit, fact.unit, None, "kg"]))
        return Constraint(attribute=fact.name, operator=draw(st.sampled_from(EXACT)), value=value, unit=unit)

    @st.composite
    def measured(draw):
        fact = draw(st.sampled_from(measures))
        value = draw(st.sampled_from([fact.value, fact.value + Decimal("0.5"), Decimal("1E+3")]))
        unit = draw(st.sampled_from([fact.unit, None, "g", ""]))
        return Constraint(attribute=fact.name, operator=draw(st.sampled_from(ORDERED)), value=value, unit=unit or None)

    def on(attribute, operators, values):
        return st.builds(
            Constraint, attribute=st.just(attribute), operator=st.sampled_from(list(operators)), value=values
        )

    return (
        exact()
        | measured()
        | on("price", Operator, limits)
        | on("rating", Operator, st.decimals(0, 5, places=1))
        | on("brand", EXACT, st.builds(lambda f, b: f(b), spoilt, st.sampled_from(brands)))
        | on("category", EXACT, st.builds(lambda f, p: f(p), spoilt, st.sampled_from(paths)))
        | on("availability", EXACT, st.sampled_from(["in_stock", "out_of_stock", "preorder", "backorder"]))
    )
