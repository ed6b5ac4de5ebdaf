"""The check of a catalogue: every condition finds what was broken on purpose, and nothing else; pyshacl agrees."""

import json
import random
from decimal import Decimal

import pyoxigraph as ox
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oxrdflib import OxigraphStore
from rdflib import Dataset
from rich.console import Console
from typer.testing import CliRunner

from assistant.catalogue.store import Store
from assistant.cli import kg_check
from assistant.product import Attribute, Availability, Money, Product, Relation, RelationKind, Review
from kg.check import check
from kg.check_pyshacl import check_by_pyshacl
from kg.check_shapes import Severity, bundled
from kg.derivations import Derivation, Derived, InSeries, quads
from kg.store import build, open_graph
from kg.triples import TripleMaker

PREFIXES = """PREFIX schema: <https://schema.org/> PREFIX shop: <urn:shop:term:> PREFIX gs1: <https://ref.gs1.org/voc/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX p: <urn:shop:product:> PREFIX u: <urn:shop:>
"""
OFFER, LIST, RATING = "<urn:shop:offer:phone:0>", "<urn:shop:list-price:phone:0>", "<urn:shop:rating:phone>"
REVIEW, GROUP, PHONES = "<urn:shop:review:phone:0>", "<urn:shop:group:pebble>", "<urn:shop:category:electronics:phones>"
ROOT, COLOUR, WEIGHT = "<urn:shop:category:electronics>", "<urn:shop:property:colour>", "<urn:shop:property:weight>"
BLACK, LIGHT = "<urn:shop:value:colour:str:black:>", "<urn:shop:value:weight:Decimal:180:g>"
SIMILAR = "<urn:shop:relation:specification:similar:phone:phone-2>"
HOME, TOLD = "<urn:shop:derivation:specification>", "<urn:shop:derivation:specification:activity>"


def good():
    """A catalogue that nothing is wrong with."""

    def usd(amount):
        return Money(amount=Decimal(amount), currency="USD")

    def facts(weight, unit):
        return (Attribute(name="colour", value="black"), Attribute(name="weight", value=Decimal(weight), unit=unit))

    def product(id_, gtin, price, **more):
        given = {
            "titles": {"en": f"Pebble {id_}", "zh": f"鹅卵石 {id_}"}, "descriptions": {"en": "Small and round."},
            "brand": "Lumora", "price": usd(price), "stock": 3, "rating": Decimal("4.5"), "review_count": 2,
            "images": ("https://img.example/1.jpg",), "identifiers": {"gtin": gtin}, "source": "shop.csv",
            "reviews": (Review(rating=5, text="Good.", language="en"), Review(rating=4, text="好", language="zh")),
        }  # fmt: skip
        return Product(id=id_, **(given | more))

    phones = {"category": ("Electronics", "Phones"), "group": "pebble"}
    return [
        product("phone", "4006381333931", "499", list_price=usd("599"), attributes=facts("180", "g"), **phones),
        product("phone-2", "96385074", "549", attributes=facts("0.2", "kg"), **phones),
        product("case", "036000291452", "19", category=("Electronics", "Headphones"),
                related=(Relation(kind=RelationKind.ACCESSORY_OF, id="phone"),)),
    ]  # fmt: skip


def derivations():
    similar = Derived("phone", RelationKind.SIMILAR, "phone-2", 0.75, "9 of 12 facts")
    member = InSeries("phone", "Lumora", "Pebble", 0.9, "title")
    return [Derivation("specification", "Compares facts.", ("colour",), (similar,), (member,))]


@pytest.fixture(scope="module")
def base(glossary):
    maker = TripleMaker(glossary)
    return [quad for product in good() for quad in maker.product(product)] + [
        q for d in derivations() for q in quads(d)
    ]


def graph_of(triples, *updates):
    store = ox.Store()
    store.extend(triples)
    for update in updates:
        store.update(PREFIXES + update)
    return Dataset(store=OxigraphStore(store=store), default_union=True)


def found(findings):
    return {(f.shape.id, f.node, f.value) for f in findings}


def iri(text):
    return f"urn:shop:product:{text[2:]}" if text.startswith("p:") else text.strip("<>")


def test_a_good_catalogue_has_no_findings(base):
    assert check(graph_of(base)) == []


def drop(subject, predicate):
    return f"DELETE {{ {subject} {predicate} ?o }} WHERE {{ {subject} {predicate} ?o }}"


def put(subject, predicate, value, *, instead=True):
    insert = f"INSERT DATA {{ {subject} {predicate} {value} }}"
    return f"{drop(subject, predicate)} ; {insert}" if instead else insert


def inside(update):
    return update.replace("{ ", f"{{ GRAPH {HOME} {{ ").replace(" }", " } }")


# The condition, what breaks it, the node that it is found at, and what else is bound to break.
DEFECTS = [
    ("product-id", drop("p:phone", "schema:productID"), "p:phone", ()),
    ("product-id", put("p:phone", "schema:productID", '"other"', instead=False), "p:phone", ()),
    ("title", drop("p:phone", "schema:name"), "p:phone", ("title-english", "title-chinese")),
    ("title", put("p:phone", "schema:name", '"Pebble"', instead=False), "p:phone", ()),
    ("title-once", put("p:phone", "schema:name", '"Round"@en', instead=False), "p:phone", ()),
    ("title-english", put("p:phone", "schema:name", '"鹅卵石"@zh'), "p:phone", ()),
    ("title-chinese", put("p:phone", "schema:name", '"Pebble"@en-GB'), "p:phone", ()),
    ("description", drop("p:phone", "schema:description"), "p:phone", ()),
    ("image", drop("p:phone", "schema:image"), "p:phone", ()),
    ("brand", drop("p:case", "schema:brand"), "p:case", ()),
    ("brand-once", put("p:case", "schema:brand", "<urn:shop:brand:x>", instead=False), "p:case", ()),
    ("category", drop("p:case", "schema:category"), "p:case", ()),
    ("category-once", put("p:case", "schema:category", PHONES, instead=False), "p:case", ()),
    ("category-unknown", put("p:case", "schema:category", "u:nowhere"), "p:case", ()),
    ("price", drop("p:phone", "shop:price"), "p:phone", ()),
    ("price-once", put("p:phone", "shop:price", "9.5", instead=False), "p:phone", ()),
    ("price-once", put("p:phone", "shop:price", '"about 9"'), "p:phone", ("price-negative", "price-zero")),
    ("price-once", put("p:phone", "shop:price", '"cheap"^^xsd:decimal'), "p:phone", ("price-negative", "price-zero")),
    ("price-negative", put("p:phone", "shop:price", "-0.5"), "p:phone", ("price-zero",)),
    ("price-zero", put("p:phone", "shop:price", "0.00"), "p:phone", ()),
    ("availability", drop("p:phone", "shop:availability"), "p:phone", ()),
    ("availability", put("p:phone", "shop:availability", "schema:SoldOut"), "p:phone", ()),
    ("stock-negative", put("p:phone", "shop:stock", "-1"), "p:phone", ("stock-none",)),
    ("stock-negative", put("p:phone", "shop:stock", "1.5"), "p:phone", ()),
    ("stock-none", put("p:phone", "shop:stock", "0"), "p:phone", ()),
    ("stock-left", put("p:phone", "shop:availability", "schema:OutOfStock"), "p:phone", ()),
    ("offer", drop("p:phone", "schema:offers"), "p:phone", ()),
    ("offer", drop(OFFER, "rdf:type"), "p:phone", ()),
    ("reviews", drop("p:phone", "schema:review"), "p:phone", ()),
    ("relation-unknown", put("p:phone", "schema:isSimilarTo", "p:gone", instead=False), "p:phone", ()),
    ("relation-unknown", put("p:gone", "schema:isConsumableFor", "p:phone", instead=False), "p:phone", ()),
    ("relation-self", put("p:phone", "shop:compatibleWith", "p:phone", instead=False), "p:phone", ()),
    ("gtin-form", put("p:phone", "gs1:gtin", '"400638133393"^^xsd:string, "0-14"'), "p:phone", ("gtin-digit",)),
    ("gtin-form", put("p:phone", "gs1:gtin", '"4006381333"'), "p:phone", ()),
    ("gtin-digit", put("p:phone", "gs1:gtin", '"4006381333932"'), "p:phone", ()),
    ("gtin-digit", put("p:phone", "gs1:gtin", '"96385047"'), "p:phone", ()),
    ("offer-availability", drop(OFFER, "schema:availability"), OFFER, ()),
    ("offer-price", put(OFFER, "schema:price", "-1.0"), OFFER, ()),
    ("offer-currency-form", put(OFFER, "schema:priceCurrency", '"usd"'), OFFER, ("currency-other", "list-price-currency")),
    ("currency", drop(OFFER, "schema:priceCurrency"), OFFER, ()),
    ("currency-other", put(OFFER, "schema:priceCurrency", '"CNY"') + " ; " + put(LIST, "schema:priceCurrency", '"CNY"'), OFFER, ()),
    ("list-price", put(LIST, "schema:price", "498.99"), OFFER, ()),
    ("list-price-currency", put(LIST, "schema:priceCurrency", '"CNY"'), OFFER, ()),
    ("rating", put(RATING, "schema:ratingValue", "5.1"), RATING, ()),
    ("review-count", drop(RATING, "schema:reviewCount"), RATING, ()),
    ("rating-unfounded", put(RATING, "schema:reviewCount", "0"), RATING, ("review-count-low",)),
    ("review-count-low", put(RATING, "schema:reviewCount", "1"), "p:phone", ()),
    ("review-stars", put(REVIEW, "schema:reviewRating", "0"), REVIEW, ()),
    ("review-text", put(REVIEW, "schema:reviewBody", '" "@en'), REVIEW, ()),
    ("fact-attribute", drop(BLACK, "schema:propertyID"), BLACK, ()),
    ("fact-value", drop(BLACK, "schema:value"), BLACK, ()),
    ("unit-code", drop(LIGHT, "schema:unitCode"), WEIGHT, ()),
    ("units-mixed", put(LIGHT, "schema:unitText", '"mm"'), WEIGHT, ()),
    ("units-mixed", drop(LIGHT, "schema:unitText"), WEIGHT, ()),
    ("values-mixed", put(LIGHT, "schema:value", '"very light"'), WEIGHT, ()),
    ("attribute-name", drop(COLOUR, "skos:prefLabel"), COLOUR, ()),
    ("category-name", put(PHONES, "skos:prefLabel", '"Handies"@en', instead=False), PHONES, ()),
    ("category-english", put(PHONES, "skos:prefLabel", '"手机"@zh'), PHONES, ()),
    ("category-chinese", put(PHONES, "skos:prefLabel", '"Phones"@en'), PHONES, ()),
    ("category-path", drop(PHONES, "skos:notation"), PHONES, ()),
    ("category-parent", drop(PHONES, "skos:broader"), PHONES, ()),
    ("category-parent", put(PHONES, "skos:topConceptOf", "u:categories", instead=False), PHONES, ()),
    ("category-broken", put(PHONES, "skos:broader", "u:nowhere"), PHONES, ()),
    ("category-circular", drop(ROOT, "skos:topConceptOf") + " ; " + put(ROOT, "skos:broader", ROOT), ROOT, ()),
    ("group-id", drop(GROUP, "schema:productGroupID"), GROUP, ()),
    ("group-single", drop("p:phone-2", "schema:isVariantOf"), GROUP, ()),
    ("group-brands", put("p:phone-2", "schema:brand", "u:other"), GROUP, ()),
    ("statement-product", inside(put(SIMILAR, "rdf:subject", "u:nobody")), SIMILAR, ("statement-untrue",)),
    ("statement-predicate", inside(put(SIMILAR, "rdf:predicate", "schema:knows")), SIMILAR, ("statement-untrue",)),
    ("statement-object", inside(drop(SIMILAR, "rdf:object")), SIMILAR, ()),
    ("confidence", inside(put(SIMILAR, "shop:confidence", "1.01")), SIMILAR, ()),
    ("evidence", inside(drop(SIMILAR, "shop:evidence")), SIMILAR, ()),
    ("statement-untrue", inside(drop("p:phone", "schema:isSimilarTo")), SIMILAR, ()),
    ("derivation-activity", drop(HOME, "prov:wasGeneratedBy"), HOME, ("derivation-method", "derivation-time")),
    ("derivation-method", drop(TOLD, "rdfs:comment"), HOME, ()),
    ("derivation-time", put(TOLD, "prov:endedAtTime", '"yesterday"'), HOME, ()),
    ("series-name", inside(drop("<urn:shop:series:lumora:pebble>", "schema:name")), "<urn:shop:series:lumora:pebble>", ()),
    ("series-unknown", inside(drop("<urn:shop:series:lumora:pebble>", "rdf:type")), "p:phone", ()),
    ("category-derived", "DELETE DATA { p:case schema:category <urn:shop:category:electronics:headphones> } ; INSERT DATA { GRAPH "
     "<urn:shop:derivation:category> { p:case schema:category <urn:shop:category:electronics:headphones> } }", "p:case",
     ("derivation-activity", "derivation-method", "derivation-time")),
]  # fmt: skip
PAIRS = [
    ("gtin-duplicate", put("p:case", "gs1:gtin", '"4006381333931"'), {"p:phone", "p:case"}),
    ("relation-circular", put("p:phone", "schema:isAccessoryOrSparePartFor", "p:case"), {"p:phone", "p:case"}),
]
"""Conditions that are broken from both sides."""


@pytest.mark.parametrize(
    ("shape", "update", "node", "also"), DEFECTS, ids=[f"{n}-{d[0]}" for n, d in enumerate(DEFECTS)]
)
def test_what_is_broken_is_found_there_and_nowhere_else(shape, update, node, also, base):
    findings = check(graph_of(base, update))
    assert {(f.shape.id, f.node) for f in findings if f.shape.id == shape} == {(shape, iri(node))}
    assert {f.shape.id for f in findings} == {shape, *also}
    for finding in findings:
        for language in ("en", "zh"):
            assert "{" not in finding.message(language)


@pytest.mark.parametrize(("shape", "update", "nodes"), PAIRS)
def test_what_two_break_is_found_at_both(shape, update, nodes, base):
    findings = check(graph_of(base, update))
    assert {(f.shape.id, f.node) for f in findings} == {(shape, iri(node)) for node in nodes}


def test_every_condition_has_been_broken():
    assert {shape for shape, *_ in DEFECTS + PAIRS} == {shape.id for shape in bundled()}


@pytest.mark.parametrize("seed", range(8))
def test_pyshacl_finds_the_same(seed, base):
    # Each eighth of the defects at once: what one breaks must not hide what another does.
    updates = [update for _, update, *_ in DEFECTS + PAIRS]
    random.Random(3).shuffle(updates)
    graph = graph_of(base, *updates[seed::8])
    assert found(check(graph)) == found(check_by_pyshacl(graph))


def test_pyshacl_finds_as_little_in_a_good_catalogue(base):
    assert check_by_pyshacl(graph_of(base)) == []


prices = st.none() | st.builds(lambda cents: Money(amount=Decimal(cents) / 100, currency="USD"), st.integers(0, 3))
codes = st.sampled_from(["4006381333931", "4006381333932", "96385074", "96385075", "12", "036000291452"])
shop_products = st.lists(
    st.builds(
        dict, price=prices, list_price=prices, stock=st.none() | st.integers(0, 1), gtin=st.none() | codes,
        availability=st.sampled_from(list(Availability)), group=st.none() | st.sampled_from(["a", "b"]),
        brand=st.none() | st.sampled_from(["Lumora", "Kestrelle"]), related=st.none() | st.integers(0, 5),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def digit_is_wrong(code):
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return len(code) in (8, 12, 13, 14) and total % 10 != 0


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=shop_products)
def test_the_check_agrees_with_plain_python(rows, glossary):
    products = [
        Product(
            id=str(n), titles={"en": "x"}, price=row["price"], list_price=row["list_price"], stock=row["stock"],
            identifiers={"gtin": row["gtin"]} if row["gtin"] else {}, availability=row["availability"],
            group=row["group"], brand=row["brand"],
            related=() if row["related"] is None else (Relation(kind=RelationKind.ACCESSORY, id=str(row["related"])),),
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip
    maker = TripleMaker(glossary)
    findings = check(graph_of([quad for product in products for quad in maker.product(product)]))
    ids = {p.id for p in products}
    gtins = [p.identifiers.get("gtin") for p in products]
    members = {g: [p for p in products if p.group == g] for g in {p.group for p in products} - {None}}
    expected = {
        "price": {p.id for p in products if p.price is None},
        "price-zero": {p.id for p in products if p.price and not p.price.amount},
        "list-price": {p.id for p in products if p.price and p.list_price and p.list_price.amount < p.price.amount},
        "stock-none": {p.id for p in products if p.availability == "in_stock" and p.stock == 0},
        "stock-left": {p.id for p in products if p.availability == "out_of_stock" and p.stock == 1},
        "gtin-form": {p.id for p in products if p.identifiers.get("gtin") == "12"},
        "gtin-digit": {p.id for p, code in zip(products, gtins, strict=True) if code and digit_is_wrong(code)},
        "gtin-duplicate": {p.id for p, code in zip(products, gtins, strict=True) if code and gtins.count(code) > 1},
        "relation-unknown": {p.id for p in products if p.related and p.related[0].id not in ids},
        "relation-self": {p.id for p in products if p.related and p.related[0].id == p.id},
        "group-single": {of[0].id for of in members.values() if len(of) == 1},
        "group-brands": {min(p.id for p in of) for of in members.values() if len({p.brand for p in of} - {None}) > 1},
    }
    for shape, wanted in expected.items():
        assert {f.product for f in findings if f.shape.id == shape} == wanted, shape


def test_findings_name_the_product_they_are_about(base):
    graph = graph_of(
        base, drop(OFFER, "schema:availability"), drop(BLACK, "schema:value"), drop(HOME, "prov:wasGeneratedBy")
    )
    by_shape = {f.shape.id: f for f in check(graph, least=Severity.VIOLATION)}
    offer, fact, graph_ = (by_shape[name] for name in ("offer-availability", "fact-value", "derivation-activity"))
    assert (offer.product, offer.products, offer.title("zh")) == ("phone", 1, "鹅卵石 phone")
    assert (fact.product, fact.products) == ("phone", 2)
    assert (graph_.product, graph_.products, graph_.title("en")) == (None, 0, "")


def test_the_worst_come_first_and_the_least_can_be_left_out(base):
    graph = graph_of(
        base, drop("p:phone", "schema:review"), drop("p:phone-2", "schema:image"), drop("p:case", "schema:name")
    )
    ranks = [f.severity.rank for f in check(graph)]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}
    assert {f.severity for f in check(graph, least=Severity.WARNING)} == {Severity.VIOLATION, Severity.WARNING}


def test_products_with_odd_ids_are_named(catalogue, odd_ids):
    named = {f.product for f in check(catalogue.graph) if f.shape.id == "price"}
    assert set(odd_ids) <= named


def test_an_endpoint_finds_the_same(sparql_server, glossary, tmp_path):
    broken = good()[0].model_copy(update={"stock": 0, "identifiers": {"gtin": "4006381333932"}})
    products = [broken, *good()[1:]]
    for place in (tmp_path, f"{sparql_server}#check"):
        build(place, products, glossary, lambda _: None, derivations())
    here, there = (found(check(open_graph(place))) for place in (tmp_path, f"{sparql_server}#check"))
    assert here == there != set()


def command(*arguments):
    app = typer.Typer()
    app.command()(kg_check.check_command)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stderr


def test_the_command_lists_findings_product_by_product(ingested, tmp_path):
    file = tmp_path / "findings.jsonl"
    code, text = command("--store", ingested.folder, "--json", file, "--language", "zh")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    findings = check(open_graph(ingested.current().graph))
    assert code == int(any(f.severity is Severity.VIOLATION for f in findings))
    assert sum(len(row["findings"]) for row in rows) == len(findings) > 0
    assert len({row["product"] for row in rows}) == len(rows)
    assert "商品没有价格" in text


def test_a_violation_ends_the_command_with_one(glossary, tmp_path, encoder, progress, jsonl):
    from assistant.catalogue.ingest import ingest

    row = {"id": "a", "title": "Lamp", "price": "9 USD", "related": [{"kind": "similar", "id": "gone"}]}
    store = Store(tmp_path / "store")
    ingest([jsonl(tmp_path / "shop.jsonl", [row])], store, encoder, glossary, progress)
    code, text = command("--store", store.folder, "--severity", "violation")
    assert code == 1
    assert "The product is related to one" in text
    assert "no image" not in text


def test_a_store_without_a_catalogue_is_a_clear_error(tmp_path):
    code, text = command("--store", tmp_path)
    assert code == 2
    assert "no catalogue" in text


def test_the_report_counts_and_names_the_first_violations(base):
    graph = graph_of(
        base, drop("p:phone", "schema:name"), drop("p:case", "schema:name"), drop("p:case", "schema:image")
    )
    console = Console(width=200, record=True, highlight=False)
    kg_check.report(check(graph), first=1, to=console)
    text = console.export_text()
    assert text.count("The product has no title") == 2
    assert "case: The product has no title" in text
    assert "… and 1 more" in text
    console = Console(record=True)
    kg_check.report([], to=console)
    assert "Nothing" in console.export_text()
