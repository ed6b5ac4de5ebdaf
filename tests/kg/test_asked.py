"""What is asked of the whole catalogue, against the same answers from plain Python over the same products."""

import statistics
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.constraint import Constraint, Operator
from assistant.product import Attribute, Availability, Product
from kg import asked
from kg.scales import base, scaled
from kg.store import build, open_graph
from tests.kg.filters import constraints_on, filtered

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
NUMERIC = ("price", "rating", "review_count", "stock", "weight", "memory", "storage", "battery", "capacity", "净重")
EVIL = ['"} UNION { ?s ?p ?o } #', "> <urn:x", "?product", "\\", "{0} %s"]


def numbers(product, attribute):
    """The values of a numeric attribute with their base units."""
    if attribute == "price":
        return [(product.price.amount, "")] if product.price else []
    if attribute in ("rating", "stock"):
        value = getattr(product, attribute)
        return [] if value is None else [(Decimal(value), "")]
    if attribute == "review_count":
        told = product.rating is not None or product.review_count
        return [(Decimal(product.review_count), "")] if told else []
    facts = [a for a in product.attributes if a.name == attribute and isinstance(a.value, Decimal)]
    return [(scaled(a.value, a.unit), base(a.unit)) for a in facts]


def measured(products, attribute):
    """By product, its values in the base unit that most products use."""
    bases = Counter(unit for p in products for unit in {unit for _, unit in numbers(p, attribute)})
    if not bases:
        return {}, None
    unit = min(bases, key=lambda u: (-bases[u], u))
    found = {p.id: [value for value, u in numbers(p, attribute) if u == unit] for p in products}
    return {id_: values for id_, values in found.items() if values}, unit


def chosen(products, constraints):
    ids = set(filtered(products, constraints))
    return [p for p in products if p.id in ids]


@quick
@given(data=st.data(), attribute=st.sampled_from(NUMERIC), descending=st.booleans(), limit=st.integers(1, 60))
def test_extremes_are_a_sort(data, attribute, descending, limit, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=3))
    some = chosen(products, constraints)
    values, unit = measured(some, attribute)
    by_id = {p.id: p for p in some}
    best = {id_: max(found) if descending else min(found) for id_, found in values.items()}

    def key(id_):
        gone = by_id[id_].availability is not Availability.IN_STOCK
        return -best[id_] if descending else best[id_], gone, -by_id[id_].review_count

    found = asked.extreme(catalogue.graph, attribute, constraints, descending=descending, limit=limit)
    assert [key(e.id) for e in found] == sorted(map(key, best))[:limit]
    assert all(e.value == best[e.id] and e.unit == unit for e in found)


@quick
@given(data=st.data())
def test_counting_is_a_filter(data, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=4))
    assert asked.count(catalogue.graph, constraints) == len(filtered(products, constraints))


@quick
@given(data=st.data(), attribute=st.sampled_from(NUMERIC))
def test_spreads_are_statistics(data, attribute, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=3))
    values, unit = measured(chosen(products, constraints), attribute)
    found = asked.spread(catalogue.graph, attribute, constraints)
    if not values:
        assert found is None
        return
    least = [min(v) for v in values.values()]
    most = max(max(v) for v in values.values())
    assert found == asked.Spread(len(values), min(least), statistics.median_low(least), most, unit)


@quick
@given(data=st.data(), attribute=st.sampled_from(["colour", "size", "memory", "touchscreen", "净重", "nothing"]))
def test_values_are_a_counter(data, attribute, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=3))
    some = chosen(products, constraints)
    counts = Counter((type(a.value), a.value, a.unit) for p in some for a in p.attributes if a.name == attribute)
    found = asked.values(catalogue.graph, attribute, constraints)
    assert {(type(c.value), c.value, c.unit): c.count for c in found} == counts
    assert [c.count for c in found] == sorted(counts.values(), reverse=True)


@quick
@given(data=st.data(), least=st.integers(1, 6))
def test_facets_are_counters(data, least, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=3))
    counts = {}
    for a in (a for p in chosen(products, constraints) for a in p.attributes):
        counts.setdefault(a.name, Counter())[type(a.value), a.value, a.unit] += 1
    groups = {}
    for p in chosen(products, constraints):
        for a in p.attributes:
            groups.setdefault((a.name, type(a.value), a.value, a.unit), set()).add((p.group is None, p.group or p.id))
    found = asked.facets(catalogue.graph, constraints, least=least)
    told = {key: Counter({(type(c.value), c.value, c.unit): c.count for c in values}) for key, values in found.items()}
    assert told == {key: counter for key, counter in counts.items() if counter.total() >= least}
    for key, values in found.items():
        assert all(c.models == len(groups[key, type(c.value), c.value, c.unit]) for c in values)
    assert asked.models(catalogue.graph, constraints) == len(
        {(p.group is None, p.group or p.id) for p in chosen(products, constraints)}
    )


@quick
@given(data=st.data())
def test_brands_are_a_counter(data, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=3))
    counts = Counter(p.brand for p in chosen(products, constraints) if p.brand)
    found = [(c.value, c.count) for c in asked.values(catalogue.graph, "brand", constraints)]
    assert found == sorted(counts.items(), key=lambda row: (-row[1], row[0]))


@quick
@given(data=st.data(), path=st.sampled_from([None, "Electronics", "electronics", "Home", "Home > Lamps", "Nowhere"]))
def test_kinds_are_a_counter(data, path, catalogue, products):
    constraints = data.draw(st.lists(constraints_on(products), max_size=2))
    steps = path.split(" > ") if path else []
    below = [
        " > ".join(p.category[: len(steps) + 1])
        for p in chosen(products, constraints)
        if [s.casefold() for s in p.category[: len(steps)]] == [s.casefold() for s in steps]
        and len(p.category) > len(steps)
    ]
    found = [(c.value, c.count) for c in asked.kinds(catalogue.graph, path, constraints)]
    assert found == sorted(Counter(below).items(), key=lambda row: (-row[1], row[0]))


@pytest.mark.parametrize("evil", EVIL)
def test_metacharacters_are_only_names(evil, catalogue):
    brand = Constraint(attribute="brand", operator=Operator.EQUAL, value=evil)
    assert asked.count(catalogue.graph, [brand]) == 0
    assert asked.extreme(catalogue.graph, evil, [], descending=True) == []
    assert asked.spread(catalogue.graph, evil, []) is None
    assert asked.values(catalogue.graph, evil, []) == []
    assert asked.kinds(catalogue.graph, evil) == []


def lamp(id_, *facts):
    attributes = tuple(Attribute(name=name, value=Decimal(str(value)), unit=unit) for name, value, unit in facts)
    return Product(id=id_, titles={"en": "Lamp"}, attributes=attributes)


def test_units_that_compare_are_compared_and_others_are_left_out(tmp_path, glossary):
    lamps = [
        lamp("a", ("weight", 900, "g")),
        lamp("b", ("weight", "1.2", "kg")),
        lamp("c", ("weight", 5, "parsec")),
        lamp("d", ("life", 90, "min")),
        lamp("e", ("life", 1, "h")),
        lamp("f", ("year", 2020, "year")),
        lamp("g", ("year", 2024, None)),
    ]
    build(tmp_path, lamps, glossary, lambda _: None)
    graph = open_graph(tmp_path)
    heaviest = asked.extreme(graph, "weight", [], descending=True, limit=9)
    assert [(e.id, e.value, e.unit) for e in heaviest] == [("b", 1200, "g"), ("a", 900, "g")]
    assert [e.id for e in asked.extreme(graph, "life", [], descending=True)] == ["d", "e"]
    assert [e.id for e in asked.extreme(graph, "year", [], descending=True)] == ["g", "f"]
