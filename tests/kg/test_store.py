"""The store: what rows look like, where graphs may be, and that a built one is complete."""

from decimal import Decimal

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Literal, URIRef

from kg import vocabulary as v
from kg.endpoint import Endpoint
from kg.store import batched, build, drop, open_graph, place, select

TYPED = """SELECT ?decimal ?integer ?yes ?no ?text ?tagged ?iri ?nothing WHERE {
  BIND(1.50 AS ?decimal) BIND(7 AS ?integer) BIND(true AS ?yes) BIND(false AS ?no) BIND("007" AS ?text)
  BIND("手机"@zh AS ?tagged) BIND(schema:Product AS ?iri) }"""
PLAIN = (Decimal("1.50"), 7, True, False, "007", "手机", "https://schema.org/Product", None)


@pytest.fixture(scope="module")
def folder(products, glossary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "graph"
    build(folder, products[:5], glossary, lambda _: None)
    return folder


def test_rows_are_plain_values(folder):
    [row] = select(open_graph(folder), TYPED)
    assert row == PLAIN
    assert [type(value) for value in row] == [type(value) for value in PLAIN]


def test_rows_are_plain_values_over_an_endpoint(sparql_server):
    [row] = select(open_graph(sparql_server), TYPED)
    assert row == PLAIN
    assert [type(value) for value in row] == [type(value) for value in PLAIN]


def test_rows_are_plain_values_of_any_other_store():
    graph = Dataset()
    graph.bind("schema", v.SCHEMA)
    [row] = select(graph, TYPED)
    assert row == PLAIN


@pytest.mark.parametrize("where", ["disk", "endpoint"])
def test_what_is_bound_comes_back_in_its_column(where, folder, products, glossary, sparql_server):
    location = folder if where == "disk" else f"{sparql_server}#bound"
    if where == "endpoint":
        build(location, products[:5], glossary, lambda _: None)
    graph = open_graph(location)
    brand = URIRef(v.brand_iri(products[0].brand))
    query = "SELECT ?limit ?product ?number ?brand WHERE { ?product shop:price ?number ; schema:brand ?brand FILTER(?number <= ?limit) }"
    found = sorted(select(graph, query, {"brand": brand, "limit": Literal(Decimal(2000))}))
    expected = [
        (Decimal(2000), v.product_iri(p.id), p.price.amount, str(brand))
        for p in products[:5]
        if p.brand == products[0].brand and p.price
    ]
    assert found == sorted(expected)
    assert found
    if where == "endpoint":
        drop(location)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 30])
def test_batches_hold_everything_in_order(size, monkeypatch):
    monkeypatch.setattr("kg.store._BULK", 10)
    quads = [ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal(n)) for n in range(size)]
    found = list(batched(iter(quads)))
    assert [quad for batch in found for quad in batch] == quads
    assert all(0 < len(batch) <= 10 for batch in found)


def test_progress_is_told_after_each_batch(products, glossary, tmp_path, monkeypatch):
    monkeypatch.setattr("kg.store._BULK", 60)
    done = []
    build(tmp_path / "graph", products, glossary, done.append)
    assert sum(done) == len(products)
    assert len(done) > len(products) // 3


def test_a_folder_without_a_graph(tmp_path):
    with pytest.raises(OSError, match="nothing"):
        open_graph(tmp_path / "nothing")


def test_a_dropped_graph_is_gone(products, glossary, tmp_path):
    build(tmp_path / "graph", products[:1], glossary, lambda _: None)
    drop(tmp_path / "graph")
    drop(tmp_path / "graph")
    assert not (tmp_path / "graph").exists()


def test_locations(tmp_path):
    assert place(tmp_path) == tmp_path
    assert place(str(tmp_path)) == tmp_path
    assert place("https://shop.example/query#gen") == Endpoint.at("https://shop.example/query#gen")
    assert place(Endpoint("http://x/query")) == Endpoint("http://x/query")
