"""Anybody's queries: what they find against plain filters, and what they can't do."""

import json
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import psutil
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from assistant.product import RelationKind
from kg import vocabulary as v
from kg.derivations import Derivation, Derived
from kg.endpoint import Endpoint
from kg.explore_sparql import Limits, Problem, QueryRefused, ReadOnlyQuery, check
from kg.store import build

FAR = "http://127.0.0.1:9/sparql"
BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HOARD = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a ?f"


@pytest.fixture(scope="module")
def folder(products, glossary, tmp_path_factory):
    place = tmp_path_factory.mktemp("graph")
    build(place, products, glossary, lambda _: None)
    return place


@pytest.fixture(scope="module")
def query(folder):
    asked = ReadOnlyQuery(folder, Limits(seconds=5, rows=40, triples=100, longest=200, characters=200_000))
    yield asked
    asked.close()


@pytest.fixture
def impatient(folder):
    asked = ReadOnlyQuery(folder, Limits(seconds=1, memory=128 * 2**20))
    asked.warm()
    yield asked
    asked.close()


def refused(query, text):
    with pytest.raises(QueryRefused) as error:
        query.ask(text)
    return error.value


def column(answer, name):
    return [row[answer.columns.index(name)].text for row in answer.rows]


def test_a_select_finds_what_a_filter_finds(query, products):
    answer = query.ask(
        "SELECT ?product ?price WHERE { ?product schema:brand <urn:shop:brand:lumora> ; shop:price ?price FILTER(?price < 900) }"
        " ORDER BY ?price ?product"
    )
    expected = sorted(
        (p.price.amount, p.id) for p in products if p.brand == "Lumora" and p.price and p.price.amount < 900
    )
    assert [v.product_id(iri) for iri in column(answer, "product")] == [id_ for _, id_ in expected]
    assert expected and not answer.more and answer.form == "rows"


def test_an_ask_is_answered(query):
    assert query.ask("ASK { ?p a schema:Product }").yes
    assert not query.ask("ASK { ?p a schema:Hotel }").yes


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?b schema:name ?n } WHERE { ?b a schema:Brand ; schema:name ?n }",
        "DESCRIBE <urn:shop:brand:lumora>",
    ],
)
def test_what_is_constructed_can_be_read_as_turtle(query, text):
    answer = query.ask(text)
    assert answer.form == "triples" and answer.count == len(answer.rows) > 0
    read = Graph().parse(data=answer.turtle, format="turtle")
    assert {tuple(map(str, triple)) for triple in read} == {tuple(term.text for term in row) for row in answer.rows}
    assert "@prefix schema:" in answer.turtle


def test_what_was_worked_out_is_in_what_is_asked(folder, tmp_path, products, glossary):
    made = Derivation("text", "…", (), (Derived("laptop-0", RelationKind.SIMILAR, "laptop-1", 0.5, "…"),))
    build(tmp_path, products, glossary, lambda _: None, [made])
    asked = ReadOnlyQuery(tmp_path)
    assert column(asked.ask("SELECT ?b WHERE { ?a schema:isSimilarTo ?b }"), "b") == [v.product_iri("laptop-1")]
    assert column(asked.ask("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?a ?p ?b } }"), "g") == [v.derivation_iri("text")]
    asked.close()


def test_a_huge_result_is_cut_and_said_to_be(query):
    answer = query.ask("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    assert len(answer.rows) == 40 and answer.more
    made = query.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(ISIRI(?o)) }")
    assert (made.count, len(made.rows), made.more, made.turtle_cut) == (100, 40, True, True)


def test_long_texts_and_long_answers_are_cut(query):
    (row,) = query.ask("SELECT ?d { <urn:shop:product:100%2525> schema:description ?d }").rows
    assert len(row[0].text) == 200 and row[0].cut
    many = "SELECT ?d ?e ?f WHERE { ?p schema:description ?d, ?e, ?f } LIMIT 39"
    assert len(query.ask(many).rows) <= 39
    wide = ReadOnlyQuery(query._place, Limits(longest=100_000, characters=30_000))
    answer = wide.ask("SELECT ?d WHERE { ?p schema:description ?d FILTER(STRLEN(?d) > 9000) }")
    assert answer.more and 1 <= len(answer.rows) <= 4
    wide.close()


def test_unbound_places_are_empty(query):
    (row,) = query.ask("SELECT ?x ?y WHERE { BIND(1 AS ?x) OPTIONAL { ?y a <urn:none> } }").rows
    assert row[0].text == "1" and row[1] is None


WRITES = [
    "INSERT DATA { <urn:a> <urn:b> 1 }", "DELETE WHERE { ?s ?p ?o }", "delete data { <urn:a> <urn:b> 1 }",
    "DROP ALL", "CLEAR DEFAULT", "CREATE GRAPH <urn:g>", "LOAD <file:///etc/passwd>", "LOAD SILENT <http://127.0.0.1:9/x>",
    "COPY DEFAULT TO <urn:g>", "MOVE <urn:a> TO DEFAULT", "ADD DEFAULT TO <urn:g>",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "# a comment\nPREFIX x: <urn:x>\nBASE <urn:y>\nINSERT { ?s x:a 1 } WHERE { ?s ?p ?o }",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITES)
def test_nothing_is_written(query, text):
    assert refused(query, text).problem is Problem.WRITES


@pytest.mark.parametrize(
    "text", [*WRITES, "ASK {} ; DROP ALL", "SELECT * {} DROP ALL", "SELECT * WHERE { ?s ?p ?o } ; INSERT DATA {}"]
)
def test_the_engine_itself_takes_no_update_either(query, text):
    told = query._told(query._started(), {"query": text} | query._asked())
    assert told["problem"] == "syntax"


# Each of those with a keyword really is parsed as a federated query: keywords need no space around them, and what
# looks like a string or a comment may be none.
ELSEWHERE = [
    f"SELECT * {{ SERVICE <{FAR}> {{ ?s ?p ?o }} }}", f"SELECT * {{ sErViCe SILENT <{FAR}> {{}} }}",
    f"SELECT * {{ SERVICE#c\nSILENT#d\r<{FAR}> {{}} }}", f"SELECT * {{ ?a ?b 1SERVICE <{FAR}> {{}} }}",
    f"SELECT * {{ ?a ?b ?c.SERVICE<{FAR}>{{}} }}", f"PREFIX s: <{FAR}> SELECT * {{ ?a ?b 1SERVICEs: {{}} }}",
    f"PREFIX : <{FAR}> SELECT * {{ SERVICE:x {{}} }}", f"PREFIX : <{FAR}> SELECT * {{ ?a ?b 1SERVICE:x {{}} }}",
    "SELECT * { ?a ?b 'a:'SERVICE ?c {} }", "SELECT * { SERVICE ?s {} }", "SELECT * { SERVICE$s{} }",
    f'SELECT * {{ FILTER(?a<?b#>"""\n) SERVICE <{FAR}> {{}} #"""\n }}',
    f"SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <{FAR}> {{}} }} }} }} }}",
    "SELECT * { SERVICE <file:///etc/passwd> {} }",
]  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_nothing_is_fetched_from_elsewhere(query, text):
    error = refused(query, text)
    assert (error.problem, error.detail) == (Problem.ELSEWHERE, "SERVICE") and error.line
    ox.Store().query(text)  # parses: it is no query that the engine would have refused anyway


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "SELECT * FROM NAMED <http://127.0.0.1:9/x> { ?s ?p ?o }",
        "PREFIX x: <http://127.0.0.1:9/> ASK FROM x:y {}", "DESCRIBE <urn:a> FROM <http://127.0.0.1:9/x>",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> {} }", "SELECT * { \\U00000053ERVICE <http://127.0.0.1:9/> {} }",
    ],
)  # fmt: skip
def test_no_graph_of_elsewhere_is_named(query, text):
    assert refused(query, text).problem is Problem.ELSEWHERE


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a schema:Service ; schema:serviceType ?from }",
        "SELECT ?s { ?s prov:wasDerivedFrom/rdfs:label ?x ; schema:providesService ?service FILTER(?x != 'room service') }",
        "SELECT ?s FROM <urn:shop:derivation:text> { ?s ?p 'a cable from China' }",
        "# at your service\nASK {}",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_answered(query, text):
    query.ask(text)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process give up its network")
def test_the_worker_has_no_network(query):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    text = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.server_port}/sparql> {{ ?s ?p ?o }} }}"
    try:
        with pytest.raises(OSError):
            list(ox.Store().query(text))
        assert len(asked) == 1, "without the worker the query does reach the server"
        told = query._told(query._started(), {"query": text} | query._asked())
        if len(asked) == 2:
            pytest.skip("this machine does not let a process give up its network (unshare)")
        assert told["problem"] == "failed"
        assert len(asked) == 1
    finally:
        server.shutdown()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?s {\n  ?s foo:bar ?o }", 2, 13),
        ("SELECT * WHERE {\n ?s ?p ?o .\n FILTER(?x = ) }", 3, 15),
        ("SELECT", 1, 7),
    ],
)
def test_an_error_says_where_it_is(query, text, line, column):
    error = refused(query, text)
    assert error.problem is Problem.SYNTAX and error.line == line and abs(error.column - column) <= 3 and error.detail


def test_what_is_no_question_is_refused(query):
    assert refused(query, "  \n").problem is Problem.EMPTY
    assert refused(query, "ASK {}" + " " * 10_000).problem is Problem.TOO_LONG
    assert refused(query, "SELECT (<urn:f>(1) AS ?x) {}").problem is Problem.FAILED
    assert query.ask("ASK {}").yes


def test_a_bomb_is_stopped_and_the_next_query_answered(impatient):
    pid = impatient._process.pid
    started = time.monotonic()
    assert refused(impatient, BOMB).problem is Problem.TIME
    assert time.monotonic() - started < 3
    assert not psutil.pid_exists(pid), "the work itself has to end"
    assert impatient.ask("ASK {}").yes


def test_a_hoarder_gets_no_more_memory_than_allowed(folder):
    asked = ReadOnlyQuery(folder, Limits(seconds=30, memory=96 * 2**20))
    asked.warm()
    process, most = psutil.Process(asked._process.pid), []
    allowed = process.memory_info().vms + 96 * 2**20

    def watch():
        while True:
            try:
                most.append(process.memory_info().rss)
            except psutil.NoSuchProcess:
                return
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert refused(asked, HOARD).problem is Problem.MEMORY
    watcher.join(5)
    assert most[0] < 60 * 2**20 < max(most) < allowed + 2**20
    assert asked.ask("ASK {}").yes
    asked.close()


def test_one_visitor_s_bomb_is_said_to_another(folder):
    asked = ReadOnlyQuery(folder, Limits(seconds=1.5))
    asked.warm()
    first = threading.Thread(target=refused, args=(asked, BOMB))
    first.start()
    while not asked._lock.locked():
        time.sleep(0.01)
    started = time.monotonic()
    asked.limits = Limits(seconds=0.5)
    assert refused(asked, "ASK {}").problem is Problem.BUSY
    assert time.monotonic() - started < 1.2
    first.join()
    asked.close()


def test_the_worker_is_polite_and_small(impatient):
    process = psutil.Process(impatient._process.pid)
    assert process.nice() >= 10 and process.memory_info().rss < 60 * 2**20


def test_a_worker_that_was_killed_is_replaced(impatient):
    impatient._process.kill()
    impatient._process.wait()
    assert impatient.ask("ASK {}").yes


def test_a_worker_whose_owner_is_gone_ends_itself(impatient):
    connection, process = impatient._started(), impatient._process
    connection.send_bytes(json.dumps({"query": BOMB} | impatient._asked()).encode())
    assert process.wait(6) == -signal.SIGALRM
    idle = ReadOnlyQuery(impatient._place)
    idle.warm()
    idle._connection.close()
    assert idle._process.wait(3) == 0


def test_closing_ends_the_worker(folder):
    asked = ReadOnlyQuery(folder)
    asked.warm()
    process = asked._process
    asked.close()
    assert process.poll() is not None


def test_a_graph_that_is_not_there_is_said(tmp_path):
    error = refused(ReadOnlyQuery(tmp_path / "none"), "ASK {}")
    assert error.problem is Problem.FAILED and str(tmp_path) not in error.detail, "where it is, is nobody's business"


def test_an_endpoint_is_asked_the_same(sparql_server, products, glossary, query):
    place = Endpoint.at(f"{sparql_server}#explore")
    build(place, products, glossary, lambda _: None)
    asked = ReadOnlyQuery(place)
    text = "SELECT ?p ?price WHERE { ?p schema:brand <urn:shop:brand:lumora> ; shop:price ?price } ORDER BY ?price"
    assert asked.ask(text).rows == query.ask(text).rows
    assert asked.ask("ASK { ?p a schema:Product }").yes
    made = "CONSTRUCT { ?b schema:name ?n } WHERE { ?b a schema:Brand ; schema:name ?n }"
    assert set(asked.ask(made).rows) == set(query.ask(made).rows)
    error = refused(asked, "SELECT ?s {\n ?s ")
    assert error.problem is Problem.FAILED and "400" in error.detail and "127.0.0.1" not in error.detail
    asked.close()


BEFORE = st.lists(
    st.sampled_from(["?s ?p", " 1", " ?o", ".", " ", "\n", "# c", "'a:'", " a:b", " :", "FILTER(?a<?b", "#>", ")", '"""', "<urn:x>", "{", "}"]),
    max_size=6,
)  # fmt: skip
GAP = st.lists(st.sampled_from([" ", "\n", "\t", "#x\n", "#'\r"]), max_size=2).map("".join)
WORD = st.sampled_from(["SERVICE", "service", "Service"])
PLACE = st.sampled_from(["<urn:x>", "?s", "$s", ":x", "a:x", "a:"])


@settings(max_examples=400, deadline=None)
@given(BEFORE.map("".join), WORD, GAP, st.sampled_from(["", "SILENT", "silent"]), GAP, PLACE, GAP)
def test_no_federated_query_that_the_engine_takes_is_let_through(before, word, gap, silent, more, place, last):
    text = f"PREFIX a: <urn:a> PREFIX : <urn:b> SELECT * WHERE {{ {before}{word}{gap}{silent}{more}{place}{last}{{}} }}"
    try:
        ox.Store().query(text)
    except SyntaxError:
        return
    try:
        # With another word in its place the query is none any more, unless the word was no keyword.
        ox.Store().query(text.replace(word, "SERVANT"))
    except SyntaxError:
        with pytest.raises(QueryRefused):
            check(text, Limits())
