"""IRIs: schema.org for products, SKOS for categories and labels, GS1 for GTINs, PROV for where a fact came from.

https://schema.org/Product, https://www.w3.org/TR/skos-reference/, https://ref.gs1.org/voc/gtin,
https://www.w3.org/TR/prov-o/. What none of these has is in `SHOP`, described in `kg/ontology.ttl`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote, unquote

from rdflib import RDF, RDFS, Namespace

from assistant.product import Availability, RelationKind

SCHEMA = Namespace("https://schema.org/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
GS1 = Namespace("https://ref.gs1.org/voc/")
PROV = Namespace("http://www.w3.org/ns/prov#")
SHOP = Namespace("urn:shop:term:")
PREFIXES = {"schema": SCHEMA, "skos": SKOS, "gs1": GS1, "prov": PROV, "shop": SHOP, "rdf": RDF, "rdfs": RDFS}

_BASE = "urn:shop:"
CATEGORIES = f"{_BASE}categories"
"""The concept scheme of the shop's categories."""
AVAILABILITY = {
    Availability.IN_STOCK: SCHEMA.InStock,
    Availability.OUT_OF_STOCK: SCHEMA.OutOfStock,
    Availability.PREORDER: SCHEMA.PreOrder,
    Availability.BACKORDER: SCHEMA.BackOrder,
}
RELATIONS = {
    RelationKind.ACCESSORY_OF: SCHEMA.isAccessoryOrSparePartFor,
    RelationKind.CONSUMABLE_OF: SCHEMA.isConsumableFor,
    RelationKind.COMPATIBLE: SHOP.compatibleWith,
    RelationKind.SIMILAR: SCHEMA.isSimilarTo,
    RelationKind.BOUGHT_TOGETHER: SHOP.boughtTogetherWith,
    RelationKind.SIMILAR_TASTE: SHOP.similarTasteTo,
}
"""Predicates from a product to another one."""
INVERSE = {
    RelationKind.ACCESSORY: RelationKind.ACCESSORY_OF,
    RelationKind.CONSUMABLE: RelationKind.CONSUMABLE_OF,
}
"""Kinds that are written from the other product's side."""
CODES = {"gtin": GS1.gtin, "mpn": SCHEMA.mpn, "sku": SCHEMA.sku}
"""The schemes of product codes that have a property of their own."""


def _iri(kind: str, *parts: str) -> str:
    return _BASE + ":".join([kind, *(quote(part, safe="") for part in parts)])


def product_iri(id_: str) -> str:
    """Return the IRI of a product."""
    return _iri("product", id_)


def product_id(iri: str) -> str:
    """Return the product id that `product_iri` packed."""
    return unquote(iri.removeprefix(_BASE + "product:"))


def offer_iri(id_: str, number: int = 0) -> str:
    """Return the IRI of an offer of a product; 0 is the one that a shopper would take."""
    return _iri("offer", id_, str(number))


def list_price_iri(id_: str, number: int = 0) -> str:
    """Return the IRI of the price before a reduction of an offer."""
    return _iri("list-price", id_, str(number))


def seller_iri(name: str) -> str:
    """Return the IRI of a seller; spelling differences of case are one seller."""
    return _iri("seller", name.casefold())


def source_iri(name: str) -> str:
    """Return the IRI of a file that facts were read from."""
    return _iri("source", name)


def derivation_iri(method: str) -> str:
    """Return the IRI of what a method worked out: a named graph, and a PROV entity."""
    return _iri("derivation", method)


def derivation_method(iri: str) -> str:
    """Return the method that `derivation_iri` packed."""
    return unquote(iri.removeprefix(_BASE + "derivation:"))


def relation_iri(method: str, kind: RelationKind, subject: str, other: str) -> str:
    """Return the IRI of the statement that a method worked out."""
    return _iri("relation", method, kind.value, subject, other)


def membership_iri(method: str, id_: str, series: str) -> str:
    """Return the IRI of the statement that puts a product into a series."""
    return _iri("membership", method, id_, series)


def series_iri(brand: str, name: str) -> str:
    """Return the IRI of a maker's series of products."""
    return _iri("series", brand.casefold(), name.casefold())


def rating_iri(id_: str) -> str:
    """Return the IRI of a product's aggregate rating."""
    return _iri("rating", id_)


def review_iri(id_: str, number: int) -> str:
    """Return the IRI of a product's review."""
    return _iri("review", id_, str(number))


def image_iri(id_: str, number: int) -> str:
    """Return the IRI of a product's image; the number keeps the shop's order."""
    return _iri("image", id_, str(number))


def identifier_iri(scheme: str, code: str) -> str:
    """Return the IRI of a code in a scheme that schema.org has no property for."""
    return _iri("identifier", scheme, code)


def position(iri: str) -> int:
    """Return the number at the end of the IRI of an image, a review or an offer."""
    return int(iri.rsplit(":", 1)[1])


def group_iri(group: str) -> str:
    """Return the IRI of a product group (its variants differ in size, colour, …)."""
    return _iri("group", group)


def group_name(iri: str) -> str:
    """Return the group that `group_iri` packed."""
    return unquote(iri.removeprefix(_BASE + "group:"))


def brand_iri(name: str) -> str:
    """Return the IRI of a brand; spelling differences of case are one brand."""
    return _iri("brand", name.casefold())


def category_iri(path: Sequence[str]) -> str:
    """Return the IRI of a category given by its path from the root."""
    return _iri("category", *(part.casefold() for part in path))


def property_iri(key: str) -> str:
    """Return the IRI of an attribute key."""
    return _iri("property", key)


def property_key(iri: str) -> str:
    """Return the attribute key that `property_iri` packed."""
    return unquote(iri.removeprefix(_BASE + "property:"))


def value_iri(key: str, value: bool | Decimal | str, unit: str | None) -> str:
    """Return the IRI of a fact `key = value unit`; products with the same fact share it."""
    kind = type(value).__name__
    text = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value).casefold()
    return _iri("value", key, kind, text, unit or "")


def value_key(iri: str) -> str:
    """Return the attribute key of the fact that `value_iri` packed."""
    return unquote(iri.removeprefix(_BASE + "value:").partition(":")[0])
