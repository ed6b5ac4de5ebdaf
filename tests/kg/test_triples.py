"""The triples of a catalogue: shared nodes, datatypes, IRIs, and the store that holds them."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, Literal, URIRef

from assistant.product import Attribute, Money, Product, Relation, RelationKind, Review
from kg import vocabulary as v
from kg.store import build, open_graph
from kg.triples import TripleMaker, literal

TYPE = ox.NamedNode(str(RDF.type))


def triples(glossary, *products):
    maker = TripleMaker(glossary)
    return [quad for product in products for quad in maker.product(product)]


def lamp(id_="1", **more):
    return Product(id=id_, titles={"en": "Lamp"}, **more)


def test_shared_nodes_are_described_once(glossary, products):
    made = triples(glossary, *products)
    types = Counter(quad.subject.value for quad in made if quad.predicate == TYPE)
    assert set(types.values()) == {1}
    pointed = {quad.object.value for quad in made if quad.predicate != TYPE and isinstance(quad.object, ox.NamedNode)}
    ours = {iri for iri in pointed if iri.startswith("urn:shop:")} - {v.CATEGORIES}
    assert ours <= types.keys()
    assert max(Counter(made).values()) == 1


def test_case_and_trailing_zeros_make_no_second_node(glossary):
    def shared(brand, category, colour, size):
        facts = (Attribute(name="colour", value=colour), Attribute(name="size", value=size, unit="in"))
        made = triples(glossary, lamp(brand=brand, category=(category,), attributes=facts))
        return {q.object.value for q in made if q.subject.value == "urn:shop:product:1" and q.predicate != TYPE}

    one = shared("Lumora", "Lamps", "Black", Decimal("6.10"))
    assert one == shared("LUMORA", "lamps", "black", Decimal("6.1"))
    assert one != shared("LUMORA", "lamps", "black", Decimal("6.2"))


@pytest.mark.parametrize(
    ("value", "text", "datatype"),
    [
        (True, "true", XSD.boolean),
        (False, "false", XSD.boolean),
        (7, "7", XSD.integer),
        (Decimal("1E+3"), "1000", XSD.decimal),
        (Decimal("19.90"), "19.90", XSD.decimal),
        ("007", "007", XSD.string),
    ],
)
def test_literals_are_typed(value, text, datatype):
    assert literal(value) == ox.Literal(text, datatype=ox.NamedNode(str(datatype)))


def test_a_product_in_full(glossary, tmp_path):
    review = Review(rating=4, text="好看", language="zh", title="赞", author="Ann", date=dt.date(2024, 5, 1))
    product = Product(
        id="a b",
        titles={"en": "Lamp", "zh": "台灯"},
        price=Money(amount=Decimal("9.50"), currency="USD"),
        stock=3,
        rating=Decimal("4.5"),
        review_count=12,
        identifiers={"gtin": "4006381333931", "mpn": "L 1"},
        related=(Relation(kind=RelationKind.SIMILAR, id="c/d"),),
        reviews=(review,),
    )
    build(tmp_path, [product], glossary, lambda _: None)
    graph, node = open_graph(tmp_path), URIRef("urn:shop:product:a%20b")
    assert set(graph.objects(node, v.SCHEMA.name)) == {Literal("Lamp", lang="en"), Literal("台灯", lang="zh")}
    assert str(graph.value(node, v.GS1.gtin)) == "4006381333931"
    assert str(graph.value(node, v.SCHEMA.mpn)) == "L 1"
    assert graph.value(node, v.SCHEMA.isSimilarTo) == URIRef("urn:shop:product:c%2Fd")
    offer, about = graph.value(node, v.SCHEMA.offers), graph.value(node, v.SCHEMA.review)
    price = graph.value(offer, v.SCHEMA.price)
    assert (price.toPython(), price.datatype) == (Decimal("9.5"), XSD.decimal)
    assert graph.value(offer, v.SCHEMA.inventoryLevel) == Literal("3", datatype=XSD.integer)
    assert graph.value(offer, v.SCHEMA.availability) == v.SCHEMA.InStock
    rating = graph.value(node, v.SCHEMA.aggregateRating)
    assert graph.value(rating, v.SCHEMA.ratingValue) == Literal("4.5", datatype=XSD.decimal)
    assert graph.value(rating, v.SCHEMA.reviewCount) == Literal("12", datatype=XSD.integer)
    assert graph.value(about, v.SCHEMA.reviewBody) == Literal("好看", lang="zh")
    assert graph.value(about, v.SCHEMA.datePublished) == Literal("2024-05-01", datatype=XSD.date)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_makes_a_valid_iri_of_its_own(one, other):
    assert v.product_id(ox.NamedNode(v.product_iri(one)).value) == one
    assert v.group_name(ox.NamedNode(v.group_iri(one)).value) == one
    assert v.property_key(ox.NamedNode(v.property_iri(one)).value) == one
    assert (v.product_iri(one) == v.product_iri(other)) == (one == other)
    # Parts do not run together: a path of two steps is no path of one.
    assert v.category_iri([one, other]) != v.category_iri([one + other])
    assert v.category_iri([one, other]) != v.category_iri([f"{one}:{other}"])


def test_odd_ids_stay_apart_in_the_store(catalogue, products, odd_ids):
    nodes = set(catalogue.graph.subjects(RDF.type, v.SCHEMA.Product))
    assert {v.product_id(str(node)) for node in nodes} == {p.id for p in products}
    assert {URIRef(v.product_iri(id_)) for id_ in odd_ids} <= nodes


@pytest.mark.parametrize("scheme", ["part no", "<x>", "name"])
def test_any_identifier_scheme_is_kept_out_of_the_vocabulary(scheme, glossary):
    # BUG kg/triples.py: the scheme goes into a schema.org IRI as it is. "part no" stops the whole ingest with
    # "Invalid IRI code point ' '"; "name" gives the product another title.
    made = triples(glossary, lamp(identifiers={scheme: "X1"}))
    assert [q.object.value for q in made if q.predicate.value == str(v.SCHEMA.name)] == ["Lamp"]


def test_build_counts_products_and_triples(tmp_path, glossary, products):
    done = []
    count = build(tmp_path, products, glossary, done.append)
    assert count == len(set(triples(glossary, *products))) == len(open_graph(tmp_path))
    assert sum(done) == len(products)


def test_a_built_graph_is_read_by_many_and_written_by_none(ingested):
    one, other = open_graph(ingested.current().graph), open_graph(ingested.current().graph)
    assert len(one) == len(other) > 0
    with pytest.raises(RuntimeError, match="read-write"):
        one.add((URIRef("urn:x"), RDF.type, v.SCHEMA.Product))
