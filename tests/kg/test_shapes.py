"""The shapes as such: well-formed SHACL, told in both languages, about terms that exist, in step with the units."""

import itertools
import re
from decimal import Decimal
from string import Formatter

import pyoxigraph as ox
import pytest
from oxrdflib import OxigraphStore
from pyshacl import validate
from rdflib import RDF, SH, BNode, Dataset, Graph, URIRef

from assistant.product import Attribute, Product
from kg import vocabulary as v
from kg.check import check
from kg.check_queries import ShapeError
from kg.check_shapes import BUNDLED, Severity, bundled, read_shapes
from kg.scales import SCALES, base, conversions
from kg.triples import TripleMaker
from kg.units import CODES

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .
@prefix x: <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TOLD = 'sh:name "n"@en, "名"@zh ; sh:description "d"@en, "述"@zh ; sh:message "m"@en, "信"@zh .'


@pytest.fixture(scope="module")
def turtle():
    return Graph().parse(BUNDLED)


def own(tmp_path, text):
    file = tmp_path / "own.ttl"
    file.write_text(PREFIXES + text, "utf-8")
    return [file]


def test_the_shapes_are_well_formed_shacl(turtle):
    # The shapes of shapes of the specification, appendix C.
    validate(Dataset(), shacl_graph=turtle, advanced=True, meta_shacl=True)


def test_every_shape_speaks_both_languages_and_says_what_to_do():
    for shape in bundled():
        for language in ("en", "zh"):
            assert shape.names[language], shape.iri
            assert shape.descriptions[language], shape.iri
            assert {name for _, name, _, _ in Formatter().parse(shape.messages[language])} <= {None, "?value"}, (
                shape.iri
            )
        assert re.search("[:：]", shape.messages["zh"]), shape.iri
        assert re.search("[:]", shape.messages["en"]), shape.iri
        assert all(re.search("[\u4e00-\u9fff]", text[shape_language]) for text, shape_language in
                   ((shape.names, "zh"), (shape.descriptions, "zh"), (shape.messages, "zh"))), shape.iri  # fmt: skip


def test_every_node_and_property_shape_is_read(turtle):
    listed = set(turtle.subjects(RDF.type, SH.NodeShape)) | set(turtle.subjects(RDF.type, SH.PropertyShape))
    only_lists = {s for s in listed if (s, SH.severity, None) not in turtle}
    assert {URIRef(shape.iri) for shape in bundled()} == listed - only_lists
    assert all((s, SH.property, None) in turtle for s in only_lists)
    assert {shape.severity for shape in bundled()} == set(Severity)


def test_what_shapes_ask_for_is_in_the_graph(turtle, products, glossary):
    # A misspelt path would find nothing, and nobody would notice.
    asked = set()
    for term in {
        *turtle.objects(None, SH.path),
        *turtle.objects(None, SH.targetClass),
        *turtle.objects(None, SH.targetSubjectsOf),
    }:
        reached = [term] if not isinstance(term, BNode) else turtle.transitive_objects(term, None)
        asked |= {str(t) for t in reached if isinstance(t, URIRef)}
    for text in turtle.objects(None, SH.select):
        for prefix, name in re.findall(r"\b(schema|gs1|shop|skos|rdf|prov):(\w+)", str(text)):
            asked.add(str(v.PREFIXES[prefix]) + name)
    source = "".join(
        (BUNDLED.parent / file).read_text("utf-8") for file in ("triples.py", "derivations.py", "vocabulary.py")
    )
    names = {iri for iri in asked if iri.startswith(tuple(str(namespace) for namespace in v.PREFIXES.values()))}
    assert len(names) > 40
    ours = {iri for iri in names if not iri.startswith((str(SH), str(RDF)))}
    assert [iri for iri in sorted(ours) if not re.search(rf"\b{re.split('[/:#]', iri)[-1]}\b", source)] == []


UNITS = sorted({*CODES, *SCALES, *(base(unit) for unit in SCALES)})


def test_units_compare_where_scales_convert(glossary):
    pairs = list(itertools.combinations(UNITS, 2))
    maker = TripleMaker(glossary)
    store = ox.Store()
    for n, (one, other) in enumerate(pairs):
        facts = tuple(Attribute(name=f"pair_{n}", value=Decimal(7), unit=unit or None) for unit in (one, other))
        store.extend(maker.product(Product(id=str(n), titles={"en": "x"}, category=("Lamps",), attributes=facts)))
    graph = Dataset(store=OxigraphStore(store=store), default_union=True)
    mixed = {f.node for f in check(graph, [shape for shape in bundled() if shape.id == "units-mixed"])}
    apart = {
        v.property_iri(f"pair_{n}")
        for n, (one, other) in enumerate(pairs)
        if other not in {unit for unit, _ in conversions(one)} and one not in {unit for unit, _ in conversions(other)}
    }
    assert mixed == apart


def test_a_shop_adds_shapes_of_its_own(tmp_path, glossary):
    files = own(
        tmp_path,
        f"""x:weight a sh:PropertyShape ; sh:severity sh:Warning ; sh:targetClass schema:Product ;
        sh:path schema:name ; sh:minCount 2 ; sh:pattern "^Lamp" ; {TOLD}""",
    )
    store = ox.Store()
    maker = TripleMaker(glossary)
    for id_, titles in (("a", {"en": "Lamp", "zh": "Lamp 灯"}), ("b", {"en": "Lamp"}), ("c", {"en": "A", "zh": "B"})):
        store.extend(maker.product(Product(id=id_, titles=titles)))
    findings = check(Dataset(store=OxigraphStore(store=store), default_union=True), read_shapes(files))
    assert {(f.product, f.value) for f in findings} == {("b", None), ("c", "A"), ("c", "B")}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sh:path schema:name ; sh:equals schema:alternateName", "sh:equals"),
        ("sh:path schema:name ; sh:not [ sh:minLength 3 ]", "sh:not"),
        ("sh:path schema:name ; sh:in ( 1 2 )", "sh:in with literals"),
        ("sh:path schema:name ; sh:node [ sh:minLength 3 ]", "sh:node"),
        ("sh:minLength 3", "neither sh:path nor sh:sparql"),
        ("sh:path schema:name ; sh:qualifiedValueShape [ sh:class schema:Offer ] ; sh:qualifiedMinCount 1", "sh:class"),
    ],
)
def test_what_is_not_understood_is_refused(text, problem, tmp_path):
    shape = f"x:s a sh:PropertyShape ; sh:severity sh:Info ; sh:targetClass schema:Product ; {text} ; {TOLD}"
    with pytest.raises(ShapeError, match=problem) as error:
        read_shapes(own(tmp_path, shape))
    assert "urn:x:s" in str(error.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"x:s sh:severity sh:Info ; sh:path schema:name ; sh:minCount 1 ; {TOLD}", "no target"),
        (f"x:s sh:targetClass schema:Product ; sh:path schema:name ; sh:minCount 1 ; {TOLD}", "severity"),
        ('x:s sh:severity sh:Info ; sh:targetClass schema:Product ; sh:path schema:name ; sh:minCount 1 ; sh:message "m" .', "expected en and zh"),
        (f"x:s sh:severity sh:Info ; sh:targetClass schema:Product ; sh:path schema:name ; sh:pattern 'a', 'b' ; {TOLD}", "2 times sh:pattern"),
        (f"x:s sh:severity sh:Info ; sh:targetNode x:a ; sh:sparql [ sh:select 'SELECT $this WHERE {{}}' ] ; {TOLD}", "no target"),
        (f"x:s sh:severity sh:Info ; sh:targetClass schema:Product ; sh:nodeKind sh:IRI ; sh:sparql [ sh:select 'SELECT $this WHERE {{}}' ] ; {TOLD}", "beside sh:sparql"),
        (f"x:s sh:severity sh:Info ; sh:targetClass schema:Product ; sh:sparql [ sh:select 'SELECT $this WHERE {{ $this $PATH 1 }}' ] ; {TOLD}", "PATH"),
        (f"x:s sh:severity sh:Info ; sh:path schema:name ; sh:minCount 1 ; {TOLD[:-1]} . x:o sh:targetClass schema:Product ; sh:path schema:brand ; sh:property x:s ; sh:severity sh:Info ; sh:minCount 1 ; {TOLD}", "inside a property shape"),
        (f"[] sh:severity sh:Info ; sh:targetClass schema:Product ; sh:path schema:name ; sh:minCount 1 ; {TOLD}", "no IRI"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(text, problem, tmp_path):
    with pytest.raises(ShapeError, match=problem):
        read_shapes(own(tmp_path, text))


def test_a_broken_file_is_named(tmp_path):
    with pytest.raises(ShapeError, match=r"own\.ttl"):
        read_shapes(own(tmp_path, "This is no Turtle."))
    with pytest.raises(ShapeError, match=r"none\.ttl"):
        read_shapes([tmp_path / "none.ttl"])


def test_broken_sparql_is_named(tmp_path):
    shape = f"""x:s a sh:NodeShape ; sh:severity sh:Info ; sh:targetClass schema:Product ; {TOLD[:-1]} ;
        sh:sparql [ sh:select "SELECT $this WHER" ] ."""
    with pytest.raises(ShapeError, match="urn:x:s"):
        check(Dataset(store=OxigraphStore(store=ox.Store()), default_union=True), read_shapes(own(tmp_path, shape)))
