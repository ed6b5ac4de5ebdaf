"""A graph behind a SPARQL endpoint gives the same answers as one on disk; endpoints that fail say how."""

import socket
import threading
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, Literal, URIRef

from assistant.constraint import Constraint, Operator
from assistant.product import Product, RelationKind
from kg import asked, compared, complements, explained, generations, questions, related, relaxing
from kg import vocabulary as v
from kg.derivations import Derivation, Derived, InSeries
from kg.endpoint import Connection, Endpoint, EndpointError
from kg.store import build, drop, open_graph, select
from tests.kg.filters import constraints_on, filtered

quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
EVIL = [
    '"} UNION { ?product a schema:Product } #',
    '"} ; DROP ALL ; INSERT DATA { <urn:a> <urn:b> "',
    "> . ?product a schema:Product . <urn:x",
    "> ; DROP ALL",
    "x' || true || 'x",
    "?product",
    "?limit0",
    "{n} {op} {0} %s",
    "\\",
    "\\u0022 . ?s ?p ?o #",
    "\n}",
    "手机 🎧\u2028",
]


@pytest.fixture(scope="module")
def derivations(products):
    ids = [p.id for p in products]
    evil = tuple(
        Derived(ids[n], kind, ids[-1 - n], 0.5 + n / 100, f"{EVIL[n]} \\u0022 <urn:shop:derivation:x>")
        for n, kind in enumerate(RelationKind)
    )
    surer = tuple(replace(found, confidence=0.9) for found in evil[:3])
    series = tuple(InSeries(id_, "Elsewhere", EVIL[0], 0.9, "named alike") for id_ in ids[:5])
    return [
        Derivation("names", "by their names", ("titles",), evil, series),
        Derivation("basket of/all", "by what is bought together", ("orders.csv",), surer),
    ]


@pytest.fixture(scope="module")
def folder(products, glossary, derivations, tmp_path_factory):
    place = tmp_path_factory.mktemp("graph")
    build(place, products, glossary, lambda _: None, derivations)
    return place


@pytest.fixture(scope="module")
def address(sparql_server, products, glossary, derivations):
    """The same graph behind the server, with another one beside it that must not be seen."""
    stranger = Product(id="stranger", titles={"en": "Stranger"}, brand="Lumora", category=("Electronics", "Phones"))
    other = Derivation(
        "names", "otherwise", (), (Derived("stranger", RelationKind.SIMILAR, products[0].id, 1.0, "no"),)
    )
    build(f"{sparql_server}#other", [stranger], glossary, lambda _: None, [other])
    done = []
    count = build(f"{sparql_server}#gen-1", products, glossary, done.append, derivations)
    assert sum(done) == len(products)
    yield f"{sparql_server}#gen-1", count
    drop(f"{sparql_server}#gen-1")
    drop(f"{sparql_server}#other")


@pytest.fixture(scope="module")
def disk(folder):
    return open_graph(folder)


@pytest.fixture(scope="module")
def remote(address):
    return open_graph(address[0])


def constraints_of(data, products, most=3):
    return data.draw(st.lists(constraints_on(products), max_size=most))


@quick
@given(data=st.data())
def test_demands_find_the_same(data, disk, remote, products):
    constraints = constraints_of(data, products, 4)
    found = sorted(questions.matching(remote, constraints))
    assert found == sorted(questions.matching(disk, constraints)) == filtered(products, constraints)
    assert asked.count(remote, constraints) == len(found)
    assert asked.models(remote, constraints) == asked.models(disk, constraints)
    assert relaxing.relaxations(remote, constraints) == relaxing.relaxations(disk, constraints)


NUMERIC = st.sampled_from(["price", "rating", "review_count", "stock", "weight", "storage", "净重", "nothing"])


@quick
@given(data=st.data(), attribute=NUMERIC, descending=st.booleans())
def test_extremes_and_spreads_are_the_same(data, attribute, descending, disk, remote, products):
    constraints = constraints_of(data, products)
    best = asked.extreme(remote, attribute, constraints, descending=descending, limit=9)
    assert best == asked.extreme(disk, attribute, constraints, descending=descending, limit=9)
    assert asked.spread(remote, attribute, constraints) == asked.spread(disk, attribute, constraints)


@quick
@given(data=st.data())
def test_facets_are_the_same(data, disk, remote, products):
    constraints = constraints_of(data, products)
    one, other = (asked.facets(graph, constraints) for graph in (remote, disk))
    assert {key: Counter(found) for key, found in one.items()} == {key: Counter(told) for key, told in other.items()}
    for attribute in ("brand", "colour", "size", "touchscreen", "净重"):
        assert asked.values(remote, attribute, constraints) == asked.values(disk, attribute, constraints)
    assert asked.prices(remote, constraints) == asked.prices(disk, constraints)
    for path in (None, "Electronics", "Home > Lamps"):
        assert asked.kinds(remote, path, constraints) == asked.kinds(disk, path, constraints)


def test_whole_catalogues_are_the_same(disk, remote, products):
    for ask in (questions.categories, questions.brands, questions.facts, questions.currency, related.methods):
        assert ask(remote) == ask(disk)
        assert ask(remote)
    labels = [
        {node: {lang: Counter(names) for lang, names in told.items()} for node, told in questions.labels(g).items()}
        for g in (remote, disk)
    ]
    assert labels[0] == labels[1]


def ordered(product):
    return product.model_copy(update={"attributes": sorted(product.attributes, key=repr)})


def test_products_and_what_is_related_are_the_same(disk, remote, products):
    some = False
    for n, product in enumerate(products):
        assert ordered(questions.product(remote, product.id)) == ordered(questions.product(disk, product.id))
        assert related.related(remote, product.id) == related.related(disk, product.id)
        assert related.series(remote, product.id) == related.series(disk, product.id)
        some |= any(r.method == "basket of/all" for r in related.related(remote, product.id))
        if n % 4 == 0:
            assert compared.variants(remote, product.id) == compared.variants(disk, product.id)
            assert compared.alike(remote, product.id) == compared.alike(disk, product.id)
            assert complements.bundle(remote, product.id) == complements.bundle(disk, product.id)
            other = products[n - 1].id
            assert explained.paths(remote, product.id, other) == explained.paths(disk, product.id, other)
    assert some
    assert questions.product(remote, "stranger") is None


@pytest.mark.parametrize("evil", EVIL)
def test_metacharacters_are_only_names(evil, disk, remote, products):
    size = len(disk)
    for attribute in ("brand", "category", "colour", evil):
        no = Constraint(attribute=attribute, operator=Operator.EQUAL, value=evil)
        assert questions.matching(remote, [no]) == []
        rest = Constraint(attribute=attribute, operator=Operator.NOT_EQUAL, value=evil)
        assert len(questions.matching(remote, [rest])) == len(products)
    heavy = Constraint(attribute="weight", operator=Operator.ABOVE, value=Decimal(0), unit=evil)
    assert questions.matching(remote, [heavy]) == []
    assert asked.extreme(remote, evil, [], descending=True) == []
    assert questions.product(remote, evil) is None
    # As a literal, where it is said and where it is not.
    query = "SELECT ?product ?text WHERE { ?product schema:description|schema:productID ?text }"
    assert list(select(remote, query, {"text": Literal(evil)})) == []
    series = "SELECT ?series ?text WHERE { ?series a shop:Series ; schema:name ?text }"
    found = list(select(remote, series, {"text": Literal(evil)}))
    assert found == list(select(disk, series, {"text": Literal(evil)}))
    assert len(found) == (evil == EVIL[0])
    assert len(remote) == size


def test_the_rdflib_api_is_the_same(disk, remote, products, odd_ids):
    assert len(remote) == len(disk)
    node = URIRef(v.product_iri(products[0].id))
    assert set(remote.predicate_objects(node)) == set(disk.predicate_objects(node))
    method = URIRef(v.derivation_iri("names"))
    assert set(remote.predicate_objects(method)) == set(disk.predicate_objects(method)) != set()
    assert (node, RDF.type, v.SCHEMA.Product) in remote
    assert remote.value(node, v.SCHEMA.productID).eq(Literal(products[0].id))
    graphs = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert {row.g for row in remote.query(graphs)} == {row.g for row in disk.query(graphs)}
    one = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{method}> {{ ?s ?p ?o }} }}"
    assert list(remote.query(one)) == list(disk.query(one))
    made = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert set(remote.query(made).graph) == set(disk.query(made).graph)
    assert remote.query("ASK { ?s a schema:Product }").askAnswer
    assert not remote.query("ASK { ?s a schema:Nothing }").askAnswer
    with pytest.raises(TypeError, match="read only"):
        remote.add((node, RDF.type, v.SCHEMA.Thing))


def test_every_quad_is_there(address, folder):
    written = ox.Store.read_only(str(folder))
    back = list(generations.quads(Endpoint.at(address[0])))
    # Methods say when they ended, and the two graphs were built one after the other.
    when = "http://www.w3.org/ns/prov#endedAtTime"
    expected = {q for q in written if q.predicate.value != when}
    assert {q for q in back if q.predicate.value != when} == expected
    assert len(back) == len(set(back)) == address[1] == len(written)


def test_a_catalogue_can_be_opened_over_it(catalogue, remote, products):
    served = replace(catalogue, graph=remote, _products={})
    assert served.leaf_categories == catalogue.leaf_categories
    assert served.facets == catalogue.facets
    assert served.coverage("colour", "Electronics > Phones") == 1.0
    for wanted in ([], [Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal(300))]):
        one, other = served.split(wanted, 2), catalogue.split(wanted, 2)
        assert (one.prices, one.models) == (other.prices, other.models)
        assert {key: Counter(told) for key, told in one.facets.items()} == {
            key: Counter(told) for key, told in other.facets.items()
        }
    assert [served.product(p.id).id for p in products] == [p.id for p in products]


def graphs_at(server):
    rows = Connection(Endpoint.at(server)).rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {row[0].value for row in rows}


def test_a_generation_is_dropped_and_the_others_stay(sparql_server, glossary, products):
    before = graphs_at(sparql_server)
    made = Derivation("names", "by name", (), (Derived("a", RelationKind.SIMILAR, "b", 0.5, "so"),))
    build(f"{sparql_server}#brief", products[:3], glossary, lambda _: None, [made])
    assert graphs_at(sparql_server) - before >= {
        "urn:shop:generation:brief",
        "urn:shop:generation:brief:derivation:names",
    }
    graph = open_graph(f"{sparql_server}#brief")
    assert asked.count(graph, []) == 3
    # Written once more, it is what was written last.
    build(f"{sparql_server}#brief", products[3:4], glossary, lambda _: None)
    assert asked.count(open_graph(f"{sparql_server}#brief"), []) == 1
    drop(f"{sparql_server}#brief")
    drop(f"{sparql_server}#brief")
    assert graphs_at(sparql_server) | {"urn:shop:generations"} == before | {"urn:shop:generations"}
    with pytest.raises(EndpointError, match="no complete graph of brief"):
        open_graph(f"{sparql_server}#brief")


def test_a_build_that_breaks_off_leaves_nothing(sparql_server, glossary, products, monkeypatch):
    monkeypatch.setattr("kg.store._BULK", 50)
    before = graphs_at(sparql_server) | {"urn:shop:generations"}

    def broken():
        yield from products[:10]
        assert graphs_at(sparql_server) - before
        with pytest.raises(EndpointError, match="no complete graph"):
            open_graph(f"{sparql_server}#half")
        raise RuntimeError("the feed broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        build(f"{sparql_server}#half", broken(), glossary, lambda _: None)
    assert graphs_at(sparql_server) <= before


def test_what_has_no_place_in_an_endpoint_is_refused(sparql_server):
    a, b = ox.NamedNode("urn:a"), ox.BlankNode("b")
    with pytest.raises(ValueError, match="blank node"):
        generations.upload(Endpoint.at(f"{sparql_server}#bad"), [[ox.Quad(a, a, b)]])
    with pytest.raises(ValueError, match="no derivation's"):
        generations.upload(Endpoint.at(f"{sparql_server}#bad"), [[ox.Quad(a, a, a, ox.NamedNode("urn:graph"))]])
    with pytest.raises(ValueError, match="#NAME"):
        generations.upload(Endpoint.at(sparql_server), [[ox.Quad(a, a, a)]])


def test_any_text_survives_an_insert(sparql_server):
    node, says = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
    quads = [ox.Quad(node, says, ox.Literal(text)) for text in [*EVIL, "\x01\x7f\\\x02u0022", "\\\\u0041\r\t\"'"]]
    place = Endpoint.at(f"{sparql_server}#texts")
    assert generations.upload(place, [quads]) == len(quads)
    assert set(generations.quads(place)) == set(quads)
    drop(place)


def test_without_a_generation_it_is_what_the_server_offers(sparql_server):
    connection = Connection(Endpoint.at(sparql_server))
    connection.update("INSERT DATA { <urn:a> <urn:says> 'plain' }")
    graph = open_graph(sparql_server)
    assert list(select(graph, "SELECT ?o WHERE { <urn:a> <urn:says> ?o }")) == [("plain",)]
    connection.update("DELETE DATA { <urn:a> <urn:says> 'plain' }")


# What goes wrong


@pytest.mark.parametrize("url", ["ftp://x/query", "http:///query", "localhost:7878/query", ""])
def test_an_address_that_is_none(url):
    with pytest.raises(ValueError, match="expected one such as"):
        Endpoint.at(url)


def test_an_address_in_full():
    found = Endpoint.at("https://ann:pa%20ss@[::1]:7878/shop/query?x=1#gen-2", timeout=5)
    assert found == Endpoint(
        "https://[::1]:7878/shop/query?x=1", "https://[::1]:7878/shop/update?x=1", "gen-2", "ann", "pa ss", 5
    )
    assert "pa ss" not in str(found) + repr(found)
    assert Endpoint.at("http://h/sparql").update == "http://h/update"
    assert Endpoint.at("http://h/repositories/shop").update == "http://h/repositories/shop"
    assert Endpoint.at("http://h/query", update="http://h/statements").update == "http://h/statements"


def test_a_server_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/query"
    with pytest.raises(EndpointError, match=f"can be reached at {url}.*start the server"):
        open_graph(url)


@pytest.fixture
def strange_server():
    """Answers as `answer` says after `delay`, and keeps what it was sent; hangs up on the first `hang_up` questions."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            server.seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            if len(server.seen) <= server.hang_up:
                self.close_connection = True
                return
            if server.slow.wait(server.delay):
                return
            status, kind, body = server.answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    server.seen, server.hang_up, server.delay, server.slow = [], 0, 0, threading.Event()
    server.answer = (200, "application/sparql-results+json", b'{"head": {}, "boolean": true}')
    server.url = f"http://127.0.0.1:{server.server_port}/query"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.slow.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_connection_that_was_closed_is_opened_again(strange_server):
    strange_server.hang_up = 1
    open_graph(strange_server.url)
    assert len(strange_server.seen) == 2
    strange_server.hang_up = 4
    with pytest.raises(EndpointError, match="broke off"):
        open_graph(strange_server.url)
    assert len(strange_server.seen) == 4


def test_a_server_that_is_too_slow(strange_server):
    strange_server.delay = 5
    with pytest.raises(EndpointError, match=r"did not answer within 0\.2 s"):
        open_graph(Endpoint.at(strange_server.url, timeout=0.2))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, "text/plain", b"who are you"), "401: user or password"),
        ((500, "text/plain", b"out of memory"), "answered 500: out of memory"),
        ((302, "text/plain", b""), "answered 302"),
        ((200, "text/html", b"<html>Welcome</html>"), "text/html.*whether this is the address"),
    ],
)
def test_a_server_that_answers_something_else(answer, message, strange_server):
    strange_server.answer = answer
    graph = open_graph(strange_server.url) if answer[0] == 200 else None
    with pytest.raises(EndpointError, match=message):
        list(select(graph, "SELECT ?s WHERE { ?s ?p ?o }")) if graph else open_graph(strange_server.url)


def test_what_is_sent(strange_server):
    place = replace(Endpoint.at(strange_server.url), user="ann", password="pass word")
    Connection(place).query("ASK {}", [("default-graph-uri", "urn:a&b"), ("default-graph-uri", "urn:c")])
    path, headers, body = strange_server.seen[0]
    assert path == "/query?default-graph-uri=urn%3Aa%26b&default-graph-uri=urn%3Ac"
    assert headers["Authorization"] == httpx.BasicAuth("ann", "pass word")._auth_header
    assert headers["Content-Type"] == "application/sparql-query"
    assert body == b"ASK {}"


def test_a_mistake_in_a_query_is_the_servers_to_tell(remote):
    with pytest.raises(EndpointError, match=r"answered 400: .+"):
        list(select(remote, "SELECT nonsense"))
