"""What goes with a product, what can replace it, and why: compared with a plain walk over the stated relations."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.constraint import Constraint, Operator, Relative
from assistant.product import Attribute, Availability, Money, Product, Relation, RelationKind
from kg.asked import count
from kg.complements import beside, bundle, substitutes
from kg.derivations import Derivation, Derived
from kg.explained import paths
from kg.questions import matching
from kg.store import build, open_graph

K = RelationKind
IDS = tuple(f"p{n}" for n in range(8))

FITTED = (K.ACCESSORY_OF, K.CONSUMABLE_OF, K.COMPATIBLE)
MEANT = {
    Relative.MADE_FOR: (K.ACCESSORY, K.CONSUMABLE),
    Relative.FITTED_BY: FITTED,
    Relative.GOES_WITH: (K.ACCESSORY, K.CONSUMABLE, *FITTED),
    Relative.BOUGHT_WITH: (K.BOUGHT_TOGETHER, K.SIMILAR_TASTE),
}


@st.composite
def shops(draw):
    """A shop of eight products in three categories with any relations among them."""
    made = []
    for id_ in IDS:
        others = st.sampled_from([other for other in IDS if other != id_])
        related = draw(st.lists(st.builds(Relation, kind=st.sampled_from(list(K)), id=others), max_size=3, unique=True))
        price = draw(st.none() | st.integers(1, 50))
        facts = draw(st.lists(st.sampled_from(["red", "blue", "soft", "loud"]), max_size=3, unique=True))
        made.append(
            Product(
                id=id_, titles={"en": id_}, category=("All", draw(st.sampled_from("ABC"))), related=tuple(related),
                price=Money(amount=Decimal(price), currency="EUR") if price else None,
                availability=draw(st.sampled_from(list(Availability))),
                attributes=tuple(Attribute(name=f"is_{f}", value=f) for f in facts),
            )
        )  # fmt: skip
    return made


def stated(products):
    """Every (product, kind, other) that the shop states, read from either side."""
    back = {K.ACCESSORY: K.ACCESSORY_OF, K.CONSUMABLE: K.CONSUMABLE_OF}
    back |= {other: kind for kind, other in back.items()}
    said = {(p.id, r.kind, r.id) for p in products for r in p.related}
    return said | {(other, back.get(kind, kind), id_) for id_, kind, other in said}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(products=shops(), budget=st.none() | st.integers(1, 60), limit=st.integers(1, 4))
def test_against_a_plain_walk(products, budget, limit, glossary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    build(folder, products, glossary, lambda _: None)
    graph, known = open_graph(folder), {p.id: p for p in products}
    for product in products:
        mine = {(kind, other) for id_, kind, other in stated(products) if id_ == product.id}
        found = beside(graph, product.id, tuple(K))
        assert {(b.related.kind, b.related.id) for b in found} == mine
        for one in found:
            other = known[one.related.id]
            assert one.available == (other.availability is Availability.IN_STOCK)
            assert one.price == (other.price.amount if other.price else None)
            assert one.kind == " > ".join(other.category)
        chosen = bundle(graph, product.id, budget=None if budget is None else Decimal(budget), limit=limit)
        wanted = (K.CONSUMABLE, K.ACCESSORY, K.BOUGHT_TOGETHER, K.COMPATIBLE)
        hosts = {o for k, o in mine if k in (K.ACCESSORY_OF, K.CONSUMABLE_OF)}
        fit = {o for k, o in mine if k in wanted and known[o].availability is Availability.IN_STOCK} - hosts
        assert {b.related.id for b in chosen} <= fit
        assert len({b.kind for b in chosen}) == len(chosen) <= limit
        if budget is None:
            assert len(chosen) == min(limit, len({known[o].category for o in fit}))
        else:
            assert all(b.price is not None for b in chosen) and sum(b.price for b in chosen) <= budget
        for relative, kinds in MEANT.items():
            demand = Constraint(attribute=relative, operator=Operator.EQUAL, value=product.id)
            meant = sorted({o for k, o in mine if k in kinds})
            assert sorted(matching(graph, [demand])) == meant
            refused = demand.model_copy(update={"operator": Operator.NOT_EQUAL})
            assert sorted(matching(graph, [refused])) == sorted({p.id for p in products} - set(meant))
            dear = Constraint(attribute="price", operator=Operator.ABOVE, value=Decimal(20))
            both = {o for o in meant if known[o].price and known[o].price.amount > 20}
            assert set(matching(graph, [dear, demand])) == both and count(graph, [dear, demand]) == len(both)
        replaced = substitutes(graph, product.id)
        like = {o for k, o in mine if k is K.SIMILAR and known[o].availability is Availability.IN_STOCK}
        assert set(replaced[: len(like)]) == like
        assert all(known[o].availability is Availability.IN_STOCK for o in replaced) and product.id not in replaced
        for other in products:
            if other.id != product.id:
                check_paths(paths(graph, product.id, other.id, limit=50), product, other, products, mine)


def check_paths(found, product, other, products, mine):
    direct = {p.relation.kind for p in found if p.relation}
    assert direct == {kind for kind, id_ in mine if id_ == other.id}
    shared = {a for a in product.attributes if a in other.attributes}
    by_fact = {p.node: p.shared_by for p in found if ":value:" in p.node}
    counts = sorted(sum(a in p.attributes for p in products) for a in shared)
    assert sorted(by_fact.values()) == counts
    assert (product.category == other.category) == any(":category:" in p.node for p in found)
    assert [p.shared_by for p in found] == sorted(p.shared_by for p in found)
    for path in found:
        assert all(len(t) == 3 for t in path.triples)


def test_the_surest_and_most_needed_come_first(glossary, tmp_path):
    def sold(id_, leaf, price):
        return Product(id=id_, titles={"en": id_}, category=(leaf,), price=Money(amount=Decimal(price), currency="EUR"))

    products = [
        sold("printer", "Printers", 90),
        sold("ink", "Ink", 20),
        sold("ink-xl", "Ink", 30),
        sold("cable", "Cables", 5),
    ]
    found = Derivation("text", "…", (), (
        Derived("printer", K.CONSUMABLE, "ink", 0.6, "names it"), Derived("printer", K.CONSUMABLE, "ink-xl", 0.9, "names it"),
        Derived("printer", K.BOUGHT_TOGETHER, "cable", 1.0, "9 of 10 baskets"),
    ))  # fmt: skip
    build(tmp_path, products, glossary, lambda _: None, [found])
    graph = open_graph(tmp_path)
    assert [b.related.id for b in bundle(graph, "printer")] == ["ink-xl", "cable"]
    assert [b.related.id for b in bundle(graph, "printer", budget=Decimal(26))] == ["ink", "cable"]
    assert [b.related.evidence for b in bundle(graph, "printer", limit=1)] == ["names it"]
    assert paths(graph, "printer", "ink")[0].relation.confidence == 0.6
    equal = Derivation(
        "text", "…", (), tuple(Derived("printer", K.CONSUMABLE, id_, 0.9, "") for id_ in ("ink", "ink-xl", "cable"))
    )
    build(tmp_path / "equal", products, glossary, lambda _: None, [equal])
    same = open_graph(tmp_path / "equal")
    assert [b.related.id for b in bundle(same, "printer", limit=1)] == ["cable"]
    # Of each kind the cheapest, and the kind that is liked most first.
    liked = {"ink": 0.9, "ink-xl": 1.0, "cable": 0.1}
    assert [b.related.id for b in bundle(same, "printer", liked=liked)] == ["ink", "cable"]
    # Nobody who looks at ink needs a printer to go with it.
    assert bundle(graph, "ink") == []


@pytest.mark.parametrize("id_", ["nothing", '"} UNION { ?x ?y ?z } #'])
def test_of_what_is_not_there_nothing_is_said(id_, catalogue):
    assert beside(catalogue.graph, id_) == bundle(catalogue.graph, id_) == substitutes(catalogue.graph, id_) == []
    assert paths(catalogue.graph, id_, "laptop-0") == []
