"""Catalogue to triples. Facts are shared nodes: every black product points to the one `colour = black`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Protocol

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS, XSD

from assistant.product import Attribute, Language, Offer, Product, RelationKind
from kg import vocabulary as v
from kg.units import CODES

Labels = Mapping[Language, Iterable[str]]
"""Names of one thing by language: the first is shown, the rest are synonyms."""


class Glossary(Protocol):
    """Knows the names of what products share; the name itself is among the labels of a known language."""

    def category(self, name: str) -> Labels:
        """Return the labels of a category (one step of a path)."""

    def brand(self, name: str) -> Labels:
        """Return the labels of a brand."""

    def attribute(self, key: str) -> Labels:
        """Return the labels of an attribute key."""

    def value(self, value: str) -> Labels:
        """Return the labels of a word value such as `black`."""


_TYPE = ox.NamedNode(str(RDF.type))
_DECIMAL, _INTEGER, _BOOLEAN, _DATE = (ox.NamedNode(str(t)) for t in (XSD.decimal, XSD.integer, XSD.boolean, XSD.date))


def _schema(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(v.SCHEMA[name]))


def _skos(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(v.SKOS[name]))


_FROM = ox.NamedNode(str(v.PROV.wasDerivedFrom))
_CATEGORIES = ox.NamedNode(v.CATEGORIES)
_PRICE, _AVAILABILITY, _STOCK = (ox.NamedNode(str(v.SHOP[name])) for name in ("price", "availability", "stock"))


_CODES = {scheme: ox.NamedNode(str(predicate)) for scheme, predicate in v.CODES.items()}


def literal(value: bool | Decimal | int | str) -> ox.Literal:
    """Return a typed RDF literal; decimals in plain notation."""
    if isinstance(value, bool):
        return ox.Literal("true" if value else "false", datatype=_BOOLEAN)
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=_INTEGER)
    if isinstance(value, Decimal):
        return ox.Literal(format(value, "f"), datatype=_DECIMAL)
    return ox.Literal(value)


def _label_triples(node: ox.NamedNode, labels: Labels) -> Iterator[ox.Quad]:
    for language, names in labels.items():
        for position, name in enumerate(dict.fromkeys(names)):
            predicate = _skos("altLabel" if position else "prefLabel")
            yield ox.Quad(node, predicate, ox.Literal(name, language=language))


def relation_triple(id_: str, kind: RelationKind, other: str) -> tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]:
    """Return the triple that says that product `other` is a `kind` of product `id_`."""
    if kind in v.INVERSE:
        return relation_triple(other, v.INVERSE[kind], id_)
    return ox.NamedNode(v.product_iri(id_)), ox.NamedNode(str(v.RELATIONS[kind])), ox.NamedNode(v.product_iri(other))


class TripleMaker:
    """Makes the triples of products one by one; shared nodes are described once."""

    def __init__(self, glossary: Glossary) -> None:
        """`glossary` gives the labels of categories, brands, attribute keys and values."""
        self._glossary = glossary
        self._described: set[str] = set()

    def product(self, product: Product) -> Iterator[ox.Quad]:
        """Yield all triples of `product` and of the shared nodes it is the first to use."""
        node = ox.NamedNode(v.product_iri(product.id))
        yield ox.Quad(node, _TYPE, _schema("Product"))
        yield ox.Quad(node, _schema("productID"), ox.Literal(product.id))
        for language, text in product.titles.items():
            yield ox.Quad(node, _schema("name"), ox.Literal(text, language=language))
        for language, text in product.descriptions.items():
            yield ox.Quad(node, _schema("description"), ox.Literal(text, language=language))
        for number, image in enumerate(product.images):
            picture = ox.NamedNode(v.image_iri(product.id, number))
            yield ox.Quad(node, _schema("image"), picture)
            yield ox.Quad(picture, _TYPE, _schema("ImageObject"))
            yield ox.Quad(picture, _schema("contentUrl"), ox.Literal(image))
        for scheme, code in product.identifiers.items():
            yield from self._identifier(node, scheme, code)
        yield from self._group(node, product)
        for relation in product.related:
            yield ox.Quad(*relation_triple(product.id, relation.kind, relation.id))
        yield from self._source(node, product.source)
        yield from self._brand(node, product)
        yield from self._category(node, product)
        yield from self._offers(node, product)
        yield from self._opinions(node, product)
        for attribute in product.attributes:
            yield from self._fact(node, attribute)

    def _identifier(self, node: ox.NamedNode, scheme: str, code: str) -> Iterator[ox.Quad]:
        if scheme in _CODES:
            yield ox.Quad(node, _CODES[scheme], ox.Literal(code))
            return
        other = ox.NamedNode(v.identifier_iri(scheme, code))
        yield ox.Quad(node, _schema("identifier"), other)
        if self._first_use(other.value):
            yield ox.Quad(other, _schema("propertyID"), ox.Literal(scheme))
            yield ox.Quad(other, _schema("value"), ox.Literal(code))

    def _first_use(self, iri: str) -> bool:
        if iri in self._described:
            return False
        self._described.add(iri)
        return True

    def _source(self, node: ox.NamedNode, source: str | None) -> Iterator[ox.Quad]:
        if not source:
            return
        file = ox.NamedNode(v.source_iri(source))
        yield ox.Quad(node, _FROM, file)
        if self._first_use(file.value):
            yield ox.Quad(file, _TYPE, ox.NamedNode(str(v.PROV.Entity)))
            yield ox.Quad(file, ox.NamedNode(str(RDFS.label)), ox.Literal(source))

    def _group(self, node: ox.NamedNode, product: Product) -> Iterator[ox.Quad]:
        if not product.group:
            return
        group = ox.NamedNode(v.group_iri(product.group))
        home = ox.NamedNode(v.derivation_iri("variants")) if "group" in product.derived else ox.DefaultGraph()
        yield ox.Quad(node, _schema("isVariantOf"), group, home)
        if self._first_use(group.value):
            yield ox.Quad(group, _TYPE, _schema("ProductGroup"))
            yield ox.Quad(group, _schema("productGroupID"), ox.Literal(product.group))

    def _brand(self, node: ox.NamedNode, product: Product) -> Iterator[ox.Quad]:
        if not product.brand:
            return
        brand = ox.NamedNode(v.brand_iri(product.brand))
        yield ox.Quad(node, _schema("brand"), brand)
        if self._first_use(brand.value):
            yield ox.Quad(brand, _TYPE, _schema("Brand"))
            yield ox.Quad(brand, _schema("name"), ox.Literal(product.brand))
            yield from _label_triples(brand, self._glossary.brand(product.brand))

    def _category(self, node: ox.NamedNode, product: Product) -> Iterator[ox.Quad]:
        path = product.category
        if not path:
            return
        # What was worked out stands in a graph of its own, which says how.
        home = ox.NamedNode(v.derivation_iri("category")) if "category" in product.derived else ox.DefaultGraph()
        yield ox.Quad(node, _schema("category"), ox.NamedNode(v.category_iri(path)), home)
        for depth in range(len(path), 0, -1):
            concept = ox.NamedNode(v.category_iri(path[:depth]))
            if not self._first_use(concept.value):
                return
            yield ox.Quad(concept, _TYPE, _skos("Concept"))
            yield ox.Quad(concept, _skos("inScheme"), _CATEGORIES)
            yield ox.Quad(concept, _skos("notation"), ox.Literal(" > ".join(path[:depth])))
            yield from _label_triples(concept, self._glossary.category(path[depth - 1]))
            if depth == 1:
                yield ox.Quad(concept, _skos("topConceptOf"), _CATEGORIES)
            else:
                yield ox.Quad(concept, _skos("broader"), ox.NamedNode(v.category_iri(path[: depth - 1])))

    def _offers(self, node: ox.NamedNode, product: Product) -> Iterator[ox.Quad]:
        # What demands are tested against: one hop, and one price a product however many sell it.
        yield ox.Quad(node, _AVAILABILITY, ox.NamedNode(str(v.AVAILABILITY[product.availability])))
        if product.price:
            yield ox.Quad(node, _PRICE, literal(product.price.amount))
        if product.stock is not None:
            yield ox.Quad(node, _STOCK, literal(product.stock))
        for number, said in enumerate(product.offers):
            offer = ox.NamedNode(v.offer_iri(product.id, number))
            yield ox.Quad(node, _schema("offers"), offer)
            yield from self._offer(offer, said, ox.NamedNode(v.list_price_iri(product.id, number)))

    def _offer(self, offer: ox.NamedNode, said: Offer, full: ox.NamedNode) -> Iterator[ox.Quad]:
        yield ox.Quad(offer, _TYPE, _schema("Offer"))
        yield ox.Quad(offer, _schema("availability"), ox.NamedNode(str(v.AVAILABILITY[said.availability])))
        if said.price:
            yield ox.Quad(offer, _schema("price"), literal(said.price.amount))
            yield ox.Quad(offer, _schema("priceCurrency"), ox.Literal(said.price.currency))
        if said.list_price:
            yield ox.Quad(offer, _schema("priceSpecification"), full)
            yield ox.Quad(full, _TYPE, _schema("UnitPriceSpecification"))
            yield ox.Quad(full, _schema("priceType"), _schema("StrikethroughPrice"))
            yield ox.Quad(full, _schema("price"), literal(said.list_price.amount))
            yield ox.Quad(full, _schema("priceCurrency"), ox.Literal(said.list_price.currency))
        if said.stock is not None:
            yield ox.Quad(offer, _schema("inventoryLevel"), literal(said.stock))
        if said.url:
            yield ox.Quad(offer, _schema("url"), ox.Literal(said.url))
        yield from self._source(offer, said.source)
        if said.seller:
            seller = ox.NamedNode(v.seller_iri(said.seller))
            yield ox.Quad(offer, _schema("seller"), seller)
            if self._first_use(seller.value):
                yield ox.Quad(seller, _TYPE, _schema("Organization"))
                yield ox.Quad(seller, _schema("name"), ox.Literal(said.seller))

    def _opinions(self, node: ox.NamedNode, product: Product) -> Iterator[ox.Quad]:
        if product.rating is not None or product.review_count:
            rating = ox.NamedNode(v.rating_iri(product.id))
            yield ox.Quad(node, _schema("aggregateRating"), rating)
            yield ox.Quad(rating, _TYPE, _schema("AggregateRating"))
            if product.rating is not None:
                yield ox.Quad(rating, _schema("ratingValue"), literal(product.rating))
            yield ox.Quad(rating, _schema("reviewCount"), literal(product.review_count))
        for number, review in enumerate(product.reviews):
            about = ox.NamedNode(v.review_iri(product.id, number))
            yield ox.Quad(node, _schema("review"), about)
            yield ox.Quad(about, _TYPE, _schema("Review"))
            yield ox.Quad(about, _schema("reviewRating"), literal(review.rating))
            yield ox.Quad(about, _schema("reviewBody"), ox.Literal(review.text, language=review.language))
            if review.title:
                yield ox.Quad(about, _schema("headline"), ox.Literal(review.title, language=review.language))
            if review.author:
                yield ox.Quad(about, _schema("author"), ox.Literal(review.author))
            if review.date:
                yield ox.Quad(about, _schema("datePublished"), ox.Literal(review.date.isoformat(), datatype=_DATE))

    def _fact(self, node: ox.NamedNode, attribute: Attribute) -> Iterator[ox.Quad]:
        fact = ox.NamedNode(v.value_iri(attribute.name, attribute.value, attribute.unit))
        yield ox.Quad(node, _schema("additionalProperty"), fact)
        if not self._first_use(fact.value):
            return
        key = ox.NamedNode(v.property_iri(attribute.name))
        yield ox.Quad(fact, _TYPE, _schema("PropertyValue"))
        yield ox.Quad(fact, _schema("propertyID"), key)
        yield ox.Quad(fact, _schema("value"), literal(attribute.value))
        if attribute.unit:
            yield ox.Quad(fact, _schema("unitText"), ox.Literal(attribute.unit))
            if code := CODES.get(attribute.unit):
                yield ox.Quad(fact, _schema("unitCode"), ox.Literal(code))
        if isinstance(attribute.value, str):
            yield from _label_triples(fact, self._glossary.value(attribute.value))
        if self._first_use(key.value):
            yield ox.Quad(key, _TYPE, ox.NamedNode(str(RDF.Property)))
            yield ox.Quad(key, _skos("notation"), ox.Literal(attribute.name))
            yield from _label_triples(key, self._glossary.attribute(attribute.name))
