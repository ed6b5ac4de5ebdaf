"""Products side by side, against plain Python over the same products."""

import math
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.product import Availability
from kg import compared, questions

quick = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def test_every_fact_is_stated_with_a_triple_of_the_graph(catalogue, products):
    triples = {(str(s), str(p), str(o)) for s, p, o, _ in catalogue.graph.quads()}
    for product in products:
        facts = compared.stated(questions.product(catalogue.graph, product.id))
        flat = {f.attribute for found in facts.values() for f in found}
        assert set(product.attributes) <= flat
        for fact in (f for found in facts.values() for f in found):
            subject, predicate, object_ = fact.triple
            assert (subject, predicate.replace("schema:", "https://schema.org/"), object_) in triples


@quick
@given(data=st.data())
def test_differences_come_first(data, products):
    some = data.draw(st.lists(st.sampled_from(products), min_size=2, max_size=4, unique_by=lambda p: p.id))
    rows = compared.comparison(some)
    said = [{a.name: {b for b in p.attributes if b.name == a.name} for a in p.attributes} for p in some]
    by_name = {row.attribute: row for row in rows}
    for name in {name for side in said for name in side}:
        cells = [side.get(name, set()) for side in said]
        assert [{f.attribute for f in cell} for cell in by_name[name].cells] == cells
        assert by_name[name].differs == any(one != other for one, other in combinations([c for c in cells if c], 2))
    order = [0 if r.known and r.differs else 1 if r.differs else 2 for r in rows]
    assert order == sorted(order)


def test_variants_share_a_group(catalogue, products):
    for product in products:
        same = sorted(p.id for p in products if p.group and p.group == product.group)
        assert compared.variants(catalogue.graph, product.id) == (same or [product.id])


def test_alike_is_a_sort(catalogue, products):
    for product in products:
        others = [
            p
            for p in products
            if p.id != product.id
            and product.category
            and p.category == product.category
            and p.availability is Availability.IN_STOCK
            and not (p.group and p.group == product.group)
        ]

        def likeness(other, product=product):
            shared = len(set(other.attributes) & set(product.attributes))
            mine, its = (x.price and x.price.amount for x in (product, other))
            if not mine or not its:
                return shared - (2 if mine != its else 0)
            return shared - 2 * abs(math.log(its / mine))

        expected = sorted(others, key=lambda p: (-likeness(p), p.id))
        found = compared.alike(catalogue.graph, product.id)
        assert [a.id for a in found] == [p.id for p in expected][:20]
        shared = {p.id: len(set(p.attributes) & set(product.attributes)) for p in others}
        assert all(a.shared == shared[a.id] for a in found)
