"""What products are to one another: stated and worked out, from either side, with method, confidence and evidence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.constraint import Constraint, Operator
from assistant.product import Product, Relation, RelationKind
from kg.derivations import Derivation, Derived, InSeries, quads
from kg.questions import matching
from kg.related import STATED, methods, related, series
from kg.store import build, open_graph
from kg.vocabulary import INVERSE

OTHER_SIDE = INVERSE | {other: kind for kind, other in INVERSE.items()}
IDS = ("a", "b/1", "c d", "手机")


def thing(id_, *relations, **more):
    return Product(id=id_, titles={"en": id_}, related=tuple(relations), **more)


def graph_of(folder, glossary, products, *derivations):
    build(folder, products, glossary, lambda _: None, derivations)
    return open_graph(folder)


@pytest.mark.parametrize("kind", RelationKind)
def test_what_is_stated_is_known_from_both_sides(kind, tmp_path, glossary):
    graph = graph_of(tmp_path, glossary, [thing("a", Relation(kind=kind, id="b/1")), thing("b/1")])
    (one,) = related(graph, "a")
    (other,) = related(graph, "b/1")
    assert (one.id, one.kind, one.confidence, one.method) == ("b/1", kind, 1.0, STATED)
    assert (other.id, other.kind) == ("a", OTHER_SIDE.get(kind, kind))
    assert one.triple == other.triple
    assert related(graph, "a", [k for k in RelationKind if k is not kind]) == []


edges = st.lists(
    st.tuples(
        st.sampled_from(IDS), st.sampled_from(list(RelationKind)), st.sampled_from(IDS),
        st.sampled_from(("text", "basket")), st.integers(0, 10_000),
    ).filter(lambda e: e[0] != e[2]),
    max_size=12, unique_by=lambda e: (*e[:4],),
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=edges)
def test_what_is_worked_out_is_read_as_it_was_written(edges, glossary, tmp_path_factory):
    made = [
        Derivation(m, f"how {m} works", ("x.csv",), tuple(Derived(a, k, b, c / 10_000, f"{a}→{b}") for a, k, b, n, c in edges if n == m))
        for m in ("text", "basket")
    ]  # fmt: skip
    graph = graph_of(tmp_path_factory.mktemp("graph"), glossary, [thing(id_) for id_ in IDS], *made)
    for id_ in IDS:
        expected = {}
        for a, kind, b, _, confidence in edges:
            for own, far, seen in ((a, b, kind), (b, a, OTHER_SIDE.get(kind, kind))):
                if own == id_:
                    expected[far, seen] = max(expected.get((far, seen), 0), confidence / 10_000)
        assert {(r.id, r.kind): r.confidence for r in related(graph, id_)} == expected
    assert methods(graph) == {m: (f"how {m} works", ("x.csv",)) for m in ("text", "basket")}


def test_what_is_stated_and_worked_out_names_the_method(tmp_path, glossary):
    found = Derived("a", RelationKind.SIMILAR, "b/1", 0.25, "9 of 12 facts")
    graph = graph_of(tmp_path, glossary, [thing("a"), thing("b/1")], Derivation("specification", "…", (), (found,)))
    (one,) = related(graph, "b/1")
    assert (one.method, one.evidence, one.confidence) == ("specification", "9 of 12 facts", 0.25)


def test_a_series_is_shared(tmp_path, glossary):
    members = tuple(InSeries(id_, "Zento", "Aero", 0.9, "title") for id_ in ("a", "b/1"))
    products = [thing("a", brand="Zento"), thing("b/1", brand="Zento"), thing("c d", brand="Zento")]
    graph = graph_of(tmp_path, glossary, products, Derivation("series", "…", (), series=members))
    (found,) = series(graph, "a")
    assert (found.name, found.brand, found.ids) == ("Aero", "Zento", ("a", "b/1"))
    assert series(graph, "c d") == []
    # A series is of a brand and no product: who asks for the brand gets products.
    brand = Constraint(attribute="brand", operator=Operator.EQUAL, value="Zento")
    assert sorted(matching(graph, [brand])) == ["a", "b/1", "c d"]


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="not between 0 and 1"):
        list(quads(Derivation("m", "…", (), (Derived("a", RelationKind.SIMILAR, "b", confidence, ""),))))
