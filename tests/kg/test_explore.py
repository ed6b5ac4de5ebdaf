"""What is shown around a node, its triples and its Turtle, against plain filters over products and quads."""

from collections import Counter

import pytest
from rdflib import RDF, XSD, Graph, URIRef
from rdflib import Literal as L

from assistant.product import Attribute, Offer, Product, RelationKind
from kg import vocabulary as v
from kg.derivations import Derivation, Derived, InSeries
from kg.explore import FEW, MANY, neighbourhood
from kg.explore_nodes import NodeKind, kind_of, nodes, tail
from kg.explore_terms import Term, short
from kg.explore_triples import INCOMING, triples, turtle
from kg.related import STATED
from kg.store import build, open_graph

DERIVED = Derivation(
    "text", "read from titles", ("title",),
    tuple(Derived(f"laptop-{n}", RelationKind.ACCESSORY, f"headphones-{n}", 0.5 + n / 20, f"“{n}” \\ <b>") for n in range(7))
    + tuple(Derived("phone-0", RelationKind.SIMILAR, f"laptop-{n}", 0.9 - n / 10, "alike") for n in range(8))
    + tuple(Derived("phone-0", RelationKind.BOUGHT_TOGETHER, f"headphones-{n}", 0.3 + n / 10, "baskets") for n in range(7)),
    (InSeries("laptop-0", "Lumora", "Airleaf", 0.8, "title"), InSeries("laptop-1", "Lumora", "Airleaf", 0.7, "title")),
)  # fmt: skip


@pytest.fixture(scope="module")
def everything(products):
    more = Product(
        id="two-offers", titles={"en": "Two offers"}, seller="Shop", source="a.csv",
        other_offers=(Offer(seller="Kiosk \"K\"", source="b.csv"),),
    )  # fmt: skip
    known = {a.name: a for p in products for a in p.attributes}
    shared = [
        known[name] for name in ("colour", "memory", "storage", "weight", "noise_cancelling", "power", "capacity")
    ]
    lonely = [Attribute(name=f"lonely_{n}", value=True) for n in range(6)]
    many = Product(id="many", titles={"en": "Many facts"}, attributes=(*lonely, *shared))
    return [*products, more, many]


@pytest.fixture(scope="module")
def graph(everything, glossary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    build(folder, everything, glossary, lambda _: None, [DERIVED])
    return open_graph(folder)


@pytest.fixture(scope="module")
def quads(graph):
    return list(graph.store._inner)


def counted(around):
    return Counter(n.node.kind for n in around.neighbours) + Counter(around.folded)


def test_a_product_is_surrounded_by_all_that_it_has(graph, everything):
    for product in everything:
        around = neighbourhood(graph, v.product_iri(product.id))
        found = counted(around)
        facts = {v.value_iri(a.name, a.value, a.unit) for a in product.attributes}
        assert found[NodeKind.VALUE] == len(facts), product.id
        assert found[NodeKind.BRAND] == (1 if product.brand else 0)
        assert found[NodeKind.CATEGORY] == (1 if product.category else 0)
        assert found[NodeKind.OFFER] == len(product.offers)
        assert found[NodeKind.IMAGE] == len(product.images)
        assert found[NodeKind.REVIEW] == len(product.reviews)
        assert around.centre.names == product.titles
        assert around.centre.price == (product.price.amount if product.price else None)
        shown = [n.node for n in around.neighbours if n.node.kind is NodeKind.VALUE]
        assert {node.iri for node in shown} <= facts
        assert {node.attribute for node in shown} <= set(product.attributes)


def test_how_many_share_a_node_is_what_a_filter_counts(graph, everything):
    uses = Counter(v.value_iri(a.name, a.value, a.unit) for p in everything for a in set(p.attributes))
    uses.update(v.brand_iri(p.brand) for p in everything if p.brand)
    uses.update(v.category_iri(p.category) for p in everything if p.category)
    for iri, count in uses.items():
        around = neighbourhood(graph, iri, [NodeKind.PRODUCT])
        assert around.centre.shared_by == count
        assert counted(around)[NodeKind.PRODUCT] == count
        assert around.folded.get(NodeKind.PRODUCT, 0) == max(0, count - MANY)


def test_the_facts_that_fewest_share_are_shown_first_and_lonely_ones_last(graph, everything):
    uses = Counter(v.value_iri(a.name, a.value, a.unit) for p in everything for a in set(p.attributes))
    around = neighbourhood(graph, v.product_iri("many"))
    counts = [uses[n.node.iri] for n in around.neighbours if n.node.kind is NodeKind.VALUE]
    assert len(counts) == FEW[NodeKind.VALUE] and around.folded[NodeKind.VALUE] == 5
    assert counts == sorted(counts, key=lambda n: (n < 2, n)) and 1 < counts[0] < counts[-2] and counts[-1] == 1


def test_relations_come_surest_first_and_the_rest_is_counted(graph):
    around = neighbourhood(graph, v.product_iri("phone-0"))
    beside = [n for n in around.neighbours if n.node.kind is NodeKind.PRODUCT]
    assert len(beside) == FEW[NodeKind.PRODUCT] and around.folded[NodeKind.PRODUCT] == 3
    confidences = [max(link.confidence for link in n.links) for n in beside]
    assert confidences == sorted(confidences, reverse=True)
    (link,) = next(n for n in beside if n.node.iri == v.product_iri("laptop-0")).links
    assert (link.relation, link.confidence, link.method) == (RelationKind.SIMILAR, 0.9, "text")
    opened = neighbourhood(graph, v.product_iri("phone-0"), [NodeKind.PRODUCT])
    assert NodeKind.PRODUCT not in opened.folded
    assert sum(n.node.kind is NodeKind.PRODUCT for n in opened.neighbours) == 15


def test_a_relation_is_seen_from_both_ends(graph):
    (link,) = next(
        n for n in neighbourhood(graph, v.product_iri("headphones-3")).neighbours if n.node.iri == v.product_iri("laptop-3")
    ).links  # fmt: skip
    assert link.relation is RelationKind.ACCESSORY_OF and link.evidence == "“3” \\ <b>"
    stated = neighbourhood(graph, v.product_iri("a b/c?d#e"), [NodeKind.PRODUCT])
    methods = {link.method for n in stated.neighbours for link in n.links if link.relation}
    assert methods == {STATED}


def test_a_series_and_a_seller_can_be_walked_to(graph):
    series = neighbourhood(graph, v.series_iri("Lumora", "Airleaf"))
    assert {n.node.iri for n in series.neighbours} == {
        v.product_iri("laptop-0"), v.product_iri("laptop-1"), v.brand_iri("Lumora"),
    }  # fmt: skip
    seller = neighbourhood(graph, v.seller_iri('Kiosk "K"'))
    assert [n.node.kind for n in seller.neighbours] == [NodeKind.OFFER]
    offer = neighbourhood(graph, v.offer_iri("two-offers", 1))
    assert offer.centre.name("en") == 'Kiosk "K"'


@pytest.mark.parametrize("iri", ["urn:shop:product:nobody", "urn:x", "https://schema.org/Nothing", "urn:shop:"])
def test_nothing_surrounds_what_the_graph_does_not_know(graph, iri):
    assert neighbourhood(graph, iri) is None
    assert triples(graph, iri).outgoing == () and turtle(graph, iri) == ""


@pytest.mark.parametrize(
    "text", ["", "a b", "x> . ?s ?p ?o", 'urn:shop:product:"', "urn:{x}", "<urn:x>", "urn:\\u0020"]
)
def test_what_is_no_iri_is_never_put_into_a_query(graph, text):
    for ask in (neighbourhood, triples, turtle):
        with pytest.raises(ValueError):
            ask(graph, text)


def same(term):
    """Turtle may write the number 499 as 499.0."""
    return float(term) if isinstance(term, L) and term.datatype == XSD.decimal else term


def said(quad):
    def term(one):
        if hasattr(one, "datatype"):
            return (
                L(one.value, lang=one.language) if one.language else L(one.value, datatype=URIRef(one.datatype.value))
            )
        return URIRef(one.value)

    return term(quad.subject), term(quad.predicate), same(term(quad.object))


def plain(row):
    return row.subject.text, row.predicate.text, row.object.text, row.object.language, row.method


def filtered(quads, keep):
    for quad in quads:
        graph = getattr(quad.graph_name, "value", "")
        language = getattr(quad.object, "language", None) or ""
        if keep(quad):
            yield (
                quad.subject.value, quad.predicate.value, quad.object.value, language,
                v.derivation_method(graph) if graph else "",
            )  # fmt: skip


def test_the_triples_of_every_node_are_those_of_the_graph(graph, quads):
    about = {str(RDF.subject), str(RDF.object)}
    subjects = {q.subject.value for q in quads}
    for iri in [*sorted(subjects)[::7], v.product_iri("phone-0"), v.brand_iri("Lumora")]:
        found = triples(graph, iri)
        expected = Counter(filtered(quads, lambda q, iri=iri: q.subject.value == iri))
        assert Counter(map(plain, found.outgoing)) == expected, iri
        to = Counter(
            filtered(quads, lambda q, iri=iri: getattr(q.object, "value", None) == iri and not hasattr(q.object, "datatype")
                     and q.predicate.value not in about)
        )  # fmt: skip
        assert found.incoming_in_all == to.total()
        if to.total() <= INCOMING:
            assert Counter(map(plain, found.incoming)) == to, iri
        else:
            assert len(found.incoming) == INCOMING and not Counter(map(plain, found.incoming)) - to


def test_a_triple_that_was_worked_out_has_its_confidence_and_evidence(graph):
    row = next(r for r in triples(graph, v.product_iri("laptop-3")).incoming if r.subject.text.endswith("headphones-3"))
    assert (row.method, row.confidence, row.evidence) == ("text", 0.65, "“3” \\ <b>")
    stated = triples(graph, v.product_iri("laptop-3")).outgoing
    assert {(r.method, r.confidence) for r in stated if r.predicate.text == str(v.SCHEMA.brand)} == {("", None)}


def test_turtle_holds_only_what_the_graph_says_and_all_that_the_product_says(graph, quads, everything):
    all_said = {said(quad) for quad in quads}
    for product in everything[::3]:
        iri = v.product_iri(product.id)
        read = {(s, p, same(o)) for s, p, o in Graph().parse(data=turtle(graph, iri), format="turtle")}
        assert read <= all_said, product.id
        assert {t for t in all_said if t[0] == URIRef(iri)} <= read
        for number, _ in enumerate(product.offers):
            assert {t for t in all_said if t[0] == URIRef(v.offer_iri(product.id, number))} <= read
        for fact in product.attributes:
            assert {t for t in all_said if t[0] == URIRef(v.property_iri(fact.name))} <= read


def test_turtle_has_the_usual_prefixes_and_how_sure_a_relation_is(graph):
    text = turtle(graph, v.product_iri("laptop-3"))
    assert "@prefix schema: <https://schema.org/> ." in text and "shop:confidence 0.65" in text
    assert "Hush 3" not in text, "another product is described where one walks there"


def test_turtle_of_a_shared_node_is_its_own(graph):
    text = turtle(graph, v.brand_iri("Lumora"))
    assert "schema:Brand" in text and "laptop-0" not in text


def test_nodes_without_names_are_called_by_their_iri(graph):
    unknown = nodes(graph, ["urn:shop:product:gone%20%E6%89%8B"])["urn:shop:product:gone%20%E6%89%8B"]
    assert unknown.name("zh") == "gone 手" and unknown.kind is NodeKind.PRODUCT
    assert tail("https://schema.org/InStock") == "InStock" and kind_of("https://schema.org/InStock") is NodeKind.TERM
    assert kind_of(v.relation_iri("m", RelationKind.SIMILAR, "a", "b")) is NodeKind.STATEMENT


@pytest.mark.parametrize(
    ("iri", "text"),
    [
        ("https://schema.org/name", "schema:name"), ("urn:shop:term:price", "shop:price"),
        ("http://www.w3.org/2001/XMLSchema#decimal", "xsd:decimal"), ("urn:shop:brand:a%20b", "<urn:shop:brand:a%20b>"),
        ("https://schema.org/a/b", "<https://schema.org/a/b>"),
    ],
)  # fmt: skip
def test_iris_are_shortened_as_turtle_does(iri, text):
    assert short(iri) == text


def test_terms_keep_language_and_datatype(graph, everything):
    rows = triples(graph, v.product_iri("laptop-0")).outgoing
    named = {(r.object.text, r.object.language) for r in rows if r.predicate.text == str(v.SCHEMA.name)}
    assert named == {(title, language) for language, title in everything[0].titles.items()}
    (price,) = (r.object for r in rows if r.predicate.text == str(v.SHOP.price))
    assert price == Term("literal", "499", "", "http://www.w3.org/2001/XMLSchema#decimal")
