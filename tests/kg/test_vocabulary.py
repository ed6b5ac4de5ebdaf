"""Every term of the graph is one of a published vocabulary or is declared, with labels, in kg/ontology.ttl; none is idle."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import PROV, SDO, SKOS, XSD

import kg
from assistant.product import Offer, Product, RelationKind
from kg import vocabulary as v
from kg.derivations import Derivation, Derived, InSeries, quads
from kg.triples import TripleMaker

PUBLISHED = {str(v.SCHEMA): SDO, str(v.SKOS): SKOS, str(v.PROV): PROV, str(RDF): RDF, str(RDFS): RDFS}
"""rdflib ships the lists of terms of these vocabularies."""
LATER = {str(v.SCHEMA.StrikethroughPrice)}
"""Terms of schema.org that are younger than rdflib's list of 2021-12-01 (https://schema.org/StrikethroughPrice)."""
GS1 = {str(v.GS1.gtin)}
"""Of https://ref.gs1.org/voc/ there is no list at hand; what is used was looked up."""


@pytest.fixture(scope="module")
def ontology():
    return Graph().parse(Path(kg.__file__).parent / "ontology.ttl")


@pytest.fixture(scope="module")
def emitted(products, glossary):
    """The quads of the test catalogue, of a product that has what those lack, and of relations of every kind."""
    facts = products[0].model_dump() | {
        "id": "all", "seller": "Shop", "source": "shop.csv", "derived": {"category"}, "group": "g",
        "identifiers": {"gtin": "4006381333931", "mpn": "M", "sku": "S", "asin": "A"},
        "other_offers": (Offer(seller="Other", price=products[0].price, list_price=products[0].price, stock=1),),
    }  # fmt: skip
    maker = TripleMaker(glossary)
    made = [quad for product in [*products, Product.model_validate(facts)] for quad in maker.product(product)]
    ids, brand = [product.id for product in products], products[0].brand
    relations = tuple(Derived(ids[0], kind, ids[1], 0.5, "…") for kind in RelationKind)
    made += quads(Derivation("m", "…", ("x",), relations, (InSeries(ids[0], brand, "Series", 0.5, "…"),)))
    return made


@pytest.fixture(scope="module")
def terms(emitted):
    """The predicates, classes and named values that are written: all IRIs but those of the shop's own things."""
    nodes = {term for quad in emitted for term in (quad.predicate, quad.object) if isinstance(term, ox.NamedNode)}
    things = tuple(f"urn:shop:{kind}:" for kind in ("product", "offer", "brand", "category", "property", "value"))
    things += (
        "urn:shop:list-price",
        "urn:shop:seller",
        "urn:shop:rating",
        "urn:shop:review",
        "urn:shop:image",
        "urn:shop:group",
    )
    things += (
        "urn:shop:series",
        "urn:shop:source",
        "urn:shop:derivation",
        "urn:shop:identifier",
        "urn:shop:categories",
    )
    return {node.value for node in nodes if not node.value.startswith(things)}


def declared(ontology):
    kinds = (OWL.DatatypeProperty, OWL.ObjectProperty, OWL.Class)
    return {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind)}


def test_every_term_is_published_or_declared(terms, ontology):
    for term in terms:
        namespace = next((n for n in PUBLISHED if term.startswith(n)), None)
        if namespace:
            assert URIRef(term) in PUBLISHED[namespace] or term in LATER, term
        else:
            assert term in GS1 | declared(ontology), term


def test_a_misspelt_term_would_be_noticed():
    assert URIRef(v.SCHEMA.isConsumabelFor) not in SDO
    assert URIRef(v.SCHEMA.isConsumableFor) in SDO
    assert URIRef(v.SKOS.preferredLabel) not in SKOS
    assert URIRef(v.PROV.generatedBy) not in PROV


def test_exceptions_are_still_needed(terms):
    assert terms >= LATER | GS1
    assert not any(URIRef(term) in SDO for term in LATER)


def test_nothing_is_declared_in_vain(terms, ontology):
    assert declared(ontology) == {term for term in terms if term.startswith(str(v.SHOP))}


def test_every_own_term_is_documented(ontology):
    for term in map(URIRef, declared(ontology)):
        labels = {label.language for label in ontology.objects(term, RDFS.label) if isinstance(label, Literal)}
        assert labels == {"en", "zh"}, term
        assert (term, RDFS.comment, None) in ontology or (term, RDFS.range, None) in ontology, term


def test_datatypes_are_as_declared(emitted, ontology):
    ranges = {str(p): str(r) for p, r in ontology.subject_objects(RDFS.range) if str(r).startswith(str(XSD))}
    seen = set()
    for quad in emitted:
        if wanted := ranges.get(quad.predicate.value):
            assert quad.object.datatype.value == wanted, quad
            seen.add(quad.predicate.value)
    assert seen == ranges.keys()


def test_subjects_and_objects_are_of_the_declared_classes(emitted, ontology):
    types = {}
    for quad in emitted:
        if quad.predicate.value == str(RDF.type):
            types.setdefault(quad.subject.value, set()).add(quad.object.value)
    for term in declared(ontology):
        for side, predicate in (("subject", RDFS.domain), ("object", RDFS.range)):
            wanted = ontology.value(URIRef(term), predicate)
            if wanted is None or str(wanted).startswith(str(XSD)):
                continue
            nodes = {getattr(quad, side).value for quad in emitted if quad.predicate.value == term}
            assert nodes, (term, side)
            # The values of an enumeration of schema.org have their class there, not here.
            if wanted != URIRef(v.SCHEMA.ItemAvailability):
                assert all(str(wanted) in types[node] for node in nodes), (term, side)
