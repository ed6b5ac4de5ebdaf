"""Terms written into queries: the same as Oxigraph's own substitutions, whatever the terms are."""

from collections import Counter
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oxrdflib._converter import to_ox
from rdflib import XSD, BNode, Graph, Literal, URIRef

from kg.bind import bound, term_text, unmistakable

EVIL = [
    '"',
    "'''",
    '"""',
    "\\",
    "\\u0022 } ; DROP ALL #",
    "\\\\u0022",
    "\\U00000022",
    "a\nb\r\n\tc",
    "} UNION { ?s ?p ?o }",
    "> . ?s ?p ?o . <urn:x",
    '"} ; DROP ALL ; INSERT DATA { <urn:a> <urn:b> "',
    "?x",
    "$x",
    "{x} {} %s {0}",
    "# no comment",
    "手机 🎧",
    "\u200f\u2028",
    "",
]
QUERIES = [
    "SELECT ?s ?x WHERE { ?s <urn:p> ?x }",
    "SELECT ?x ?s WHERE { ?s <urn:p> ?x . ?s <urn:q> ?o } ORDER BY ?x ?o DESC(?x) LIMIT 4",
    "SELECT DISTINCT ?s ?x WHERE { { SELECT ?s ?x WHERE { ?s <urn:p> ?x } } ?s <urn:q> ?o }",
    "SELECT DISTINCT ?s ?x WHERE { { SELECT ?s WHERE { ?s <urn:p> ?x } } }",
    "SELECT ?s ?x WHERE { { SELECT * WHERE { ?s <urn:p> ?x } } }",
    "SELECT ?s ?o ?x WHERE { { SELECT ?x WHERE { ?a <urn:p> ?x } } ?s <urn:q> ?o }",
    "SELECT (COUNT(?s) AS ?n) ?x WHERE { ?s <urn:p> ?x } GROUP BY ?x",
    "SELECT (COUNT(?s) AS ?n) ?o ?x WHERE { ?s <urn:p> ?x ; <urn:q> ?o } GROUP BY ?o ?x HAVING (COUNT(?s) > 0)",
    "SELECT (MAX(?o) AS ?n) ?x WHERE { { SELECT ?o ?x WHERE { ?s <urn:p> ?x ; <urn:q> ?o } GROUP BY ?o ?x } } GROUP BY ?x",
    "SELECT (SUM(?n) AS ?all) ?x WHERE { { SELECT (COUNT(?s) AS ?n) ?x WHERE { ?s <urn:p> ?x } GROUP BY ?x } } GROUP BY ?x",
    "SELECT ?s ?x WHERE { ?s <urn:q> ?o FILTER NOT EXISTS { ?s <urn:p> ?x } }",
    "SELECT ?s ?x WHERE { ?s <urn:q> ?o . { ?s <urn:p> ?x } UNION { ?s <urn:p> ?y FILTER(STR(?y) < STR(?x)) } }",
    "SELECT ?s ?y ?x WHERE { ?s <urn:p> ?y OPTIONAL { ?s <urn:p> ?x } FILTER(?y != ?x || ?y = ?x) }",
    'SELECT ?s ("?x" AS ?y) ?x # ?x } \nWHERE { ?s <urn:p> ?x FILTER("""?x""" = \'?x\' && <urn:?x> != <urn:y>) }',
    "SELECT ?s (STR(?x) AS ?y) ?x WHERE{?s <urn:p> ?x.}",
    "PREFIX x: <urn:> SELECT ?s ?x WHERE { ?s x:p/x:p?/x:p* ?x }",
    "SELECT ?s ?y ?x WHERE { ?s <urn:p> ?y . VALUES (?z ?y) { (UNDEF UNDEF) } FILTER(?y IN (?x, 1)) }",
]
TERMS = [Literal(text) for text in EVIL]
TERMS += [Literal("x", lang="en"), Literal("x", lang="zh-Hans"), Literal(Decimal("1E+3")), Literal(7), Literal(True)]
TERMS += [URIRef("urn:s1"), URIRef("urn:nowhere"), Literal("3.50", datatype=XSD.decimal)]


@pytest.fixture(scope="module")
def store():
    store = ox.Store()
    p, q = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")
    for n, term in enumerate(TERMS):
        for subject in (ox.NamedNode(f"urn:s{n}"), ox.NamedNode(f"urn:s{n // 2}")):
            store.add(ox.Quad(subject, p, to_ox(term)))
            store.add(ox.Quad(subject, q, ox.Literal(n % 3)))
    return store


def rows(found):
    names = [variable.value for variable in found.variables]
    return Counter(frozenset((name, str(row[name])) for name in names) for row in found)


@pytest.mark.parametrize("query", QUERIES)
def test_it_means_what_substitution_means(query, store):
    found = 0
    for term in TERMS:
        expected = rows(store.query(query, substitutions={ox.Variable("x"): to_ox(term)}))
        assert rows(store.query(bound(query, {"x": term}))) == expected, term
        found += len(expected)
    assert found


@given(text=st.text())
@example(text="\\u0022")
@example(text="\\\\\\U00000022\\u")
def test_every_text_comes_back(text):
    term = Literal(text)
    [[found]] = ox.Store().query(bound("SELECT ?x WHERE {}", {"x": term}))
    assert found == to_ox(term)


@settings(deadline=None)
@given(text=st.text(st.sampled_from("\\uU0025Aa\"'\n\r\t{}?<>#é手🎧 ")))
@example(text="\\u0022")
@example(text='\\\\u0022"""')
def test_a_parser_that_resolves_escapes_first_reads_the_same(text):
    [[found]] = Graph().query(bound("SELECT ?x WHERE {}", {"x": Literal(text)}))
    assert found == Literal(text)


def test_escapes_that_are_already_there_stay():
    assert unmistakable(r'"\\u \\\\U \u0041 \\\u0041 \"u"') == r'"\\\U00000075 \\\\\U00000055 \u0041 \\\u0041 \"u"'


def test_names_that_are_not_bound_stay():
    query = "SELECT ?s ?x ?xy WHERE { ?s <urn:?x> ?xy . ?s <urn:p> ?x }"
    assert bound(query, {"x": URIRef("urn:o")}) == (
        "SELECT ?s (<urn:o> AS ?x) ?xy WHERE { ?s <urn:?x> ?xy . ?s <urn:p> <urn:o> }"
    )
    assert bound(query, {}) == query


def test_other_forms_of_query(store):
    ask = "ASK { <urn:s1> <urn:p> ?x }"
    assert not store.query(bound(ask, {"x": URIRef("urn:nowhere")}))
    assert store.query(bound(ask, {"x": TERMS[1]}))
    made = store.query(bound("CONSTRUCT { ?s <urn:has> ?x } WHERE { ?s <urn:p> ?x }", {"x": TERMS[5]}))
    assert {triple.object for triple in made} == {to_ox(TERMS[5])}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p ?x }", "names of the columns"),
        ("SELECT ?s WHERE { ?s ?p ?x }", "does not select"),
        ('SELECT ?s ?x WHERE { ?s ?p ?o BIND("a" AS ?x) }', "assigns it"),
        ("SELECT ?s ?x WHERE { ?s ?p ?o VALUES (?o ?x) { (1 2) } }", "assigns it"),
        ("SELECT ?s ?x WHERE { ?s ?p ?x } }", "closes a brace"),
        ("SELECT ?s ?x WHERE { ?s ?p ?x ", "does not close"),
    ],
)
def test_places_without_a_text_are_refused(query, message):
    with pytest.raises(ValueError, match=message):
        bound(query, {"x": Literal("1")})


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (BNode("b"), "expected an IRI or a literal"),
        (URIRef("urn:a> ; DROP ALL"), "percent-encoded"),
        (URIRef("urn:a\nb"), "percent-encoded"),
        (Literal("\ud800"), "surrogate"),
        (Literal("1", datatype=URIRef("urn:t> .")), "percent-encoded"),
    ],
)
def test_terms_without_a_text_are_refused(term, message):
    with pytest.raises(ValueError, match=message):
        term_text(term)


def test_bound_is_true_of_what_is_bound(store):
    query = "SELECT ?s ?x WHERE { ?s <urn:q> ?o OPTIONAL { ?s <urn:p> ?y } FILTER BOUND(?x) FILTER(BOUND ( ?y )) }"
    assert rows(store.query(bound(query, {"x": TERMS[0]})))
