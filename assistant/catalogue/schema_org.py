"""One schema.org product node (JSON-LD, already expanded from its `@graph`) as (header, cell) pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from assistant.catalogue.fields import language_tag
from assistant.catalogue.values import is_blank, parse_rating
from assistant.product import Relation, RelationKind
from kg.units import UNITS

Node = Mapping[str, object]
Pairs = list[tuple[str, object]]
PRODUCT_TYPES = frozenset(("Product", "IndividualProduct", "ProductModel", "SomeProducts", "ProductGroup"))

# A plain "related" is kept as similar, the weakest claim there is.
_RELATIONS = {
    "isAccessoryOrSparePartFor": RelationKind.ACCESSORY_OF,
    "isConsumableFor": RelationKind.CONSUMABLE_OF,
    "isRelatedTo": RelationKind.SIMILAR,
    "isSimilarTo": RelationKind.SIMILAR,
}
_FACTS = ("color", "size", "material", "pattern", "model", "width", "height", "depth", "weight", "keywords", "audience",
          "countryOfOrigin", "releaseDate", "award", "slogan", "itemCondition")  # fmt: skip
_GTINS = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8", "isbn")


def types_of(node: Node) -> frozenset[str]:
    """Return the names of a node's types without the schema.org prefix."""
    return frozenset(str(name).rstrip("/").rpartition("/")[2].rpartition(":")[2] for name in listed(node.get("@type")))


def listed(value: object) -> list[object]:
    """Return `value` as a list: JSON-LD writes one item without its list."""
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def text_of(value: object) -> object:
    """Return the text of a literal, of a named node or of {"@value", "@language"} (then by language)."""
    if isinstance(value, (list, tuple)):
        tagged = {
            str(item["@language"]): item.get("@value")
            for item in value
            if isinstance(item, Mapping) and "@language" in item
        }
        return tagged if any(map(language_tag, tagged)) else text_of(value[0]) if value else None
    if isinstance(value, Mapping):
        if "@value" in value:
            language = value.get("@language")
            return {str(language): value["@value"]} if language and language_tag(str(language)) else value["@value"]
        return text_of(value.get("name"))
    return value


def identity(node: object) -> str | None:
    """Return the id of a product node or of a reference to one: sku, productID, a GTIN, mpn, @id or url."""
    if not isinstance(node, Mapping):
        return str(node) if isinstance(node, str) and node else None
    for key in ("sku", "productID", *_GTINS, "mpn", "@id", "url"):
        if not is_blank(value := text_of(node.get(key))):
            return str(value)
    return None


def _measure(node: Node) -> object:
    value = node.get("value")
    if value is None and "minValue" in node and "maxValue" in node:
        low, high = node["minValue"], node["maxValue"]
        value = low if low == high else f"{low}–{high}"
    code = str(node.get("unitCode") or "")
    return {"value": value, "unit": node.get("unitText") or UNITS.get(code, code)}


def _attributes(node: Node) -> Iterator[dict[str, object]]:
    for key in _FACTS:
        for value in listed(node.get(key)):
            if isinstance(value, Mapping) and ("value" in value or "minValue" in value):
                yield {"name": key, **_measure(value)}  # type: ignore[dict-item]
            elif not is_blank(text := text_of(value)) and not isinstance(text, Mapping):
                # Enumerations ("https://schema.org/NewCondition") are their last word.
                is_term = isinstance(text, str) and "schema.org/" in text
                yield {"name": key, "value": str(text).rpartition("/")[2] if is_term else text}
    for item in listed(node.get("additionalProperty")):
        if isinstance(item, Mapping) and (name := text_of(item.get("name")) or item.get("propertyID")):
            measure = _measure(item)
            for value in listed(measure["value"]):  # type: ignore[index]
                yield {"name": str(name), **measure, "value": text_of(value)}  # type: ignore[dict-item]


def _offer(node: Node) -> Pairs:
    offers = [offer for offer in listed(node.get("offers")) if isinstance(offer, Mapping)]
    for offer in offers:
        inner = [item for item in listed(offer.get("offers")) if isinstance(item, Mapping)]
        if "AggregateOffer" in types_of(offer) or "lowPrice" in offer:
            first = inner[0] if inner else {}
            low = offer.get("lowPrice")
            return [
                ("price", first.get("price") if is_blank(low) else low),
                ("currency", offer.get("priceCurrency") or first.get("priceCurrency")),
                ("availability", offer.get("availability") or first.get("availability")),
            ]
    priced = [offer for offer in offers if _specification(offer, listing=False)[0] is not None]
    if not (chosen := next(iter(priced or offers), None)):
        return []
    price, currency = _specification(chosen, listing=False)
    level = chosen.get("inventoryLevel")
    return [
        ("price", price),
        ("currency", currency),
        ("list_price", _specification(chosen, listing=True)[0]),
        ("availability", text_of(chosen.get("availability"))),
        ("stock", level.get("value") if isinstance(level, Mapping) else level),
    ]


def _specification(offer: Node, *, listing: bool) -> tuple[object, object]:
    """Return price and currency of an offer; with `listing` the price that was struck through."""
    currency = offer.get("priceCurrency")
    if not listing and not is_blank(offer.get("price")):
        return offer["price"], currency
    for item in listed(offer.get("priceSpecification")):
        if isinstance(item, Mapping) and not is_blank(item.get("price")):
            struck = str(item.get("priceType", "")).endswith(("ListPrice", "StrikethroughPrice", "MSRP", "SRP"))
            if struck == listing:
                return item["price"], item.get("priceCurrency") or currency
    return None, currency


def _rating(node: Node) -> Pairs:
    rating = next((item for item in listed(node.get("aggregateRating")) if isinstance(item, Mapping)), None)
    if rating is None:
        return []
    count = rating.get("reviewCount")
    try:
        stars: object = parse_rating(rating.get("ratingValue"), rating.get("bestRating"))
    except ValueError as error:
        raise ValueError(f"rating: {error}") from error
    return [("rating", stars), ("review_count", rating.get("ratingCount") if count is None else count)]


def _review(node: Node) -> dict[str, object]:
    rating = node.get("reviewRating")
    given = rating if isinstance(rating, Mapping) else {"ratingValue": rating}
    return {
        "rating": parse_rating(given.get("ratingValue"), given.get("bestRating")),
        "text": text_of(node.get("reviewBody")) or text_of(node.get("description")),
        "title": text_of(node.get("headline")) or text_of(node.get("name")),
        "author": text_of(node.get("author")),
        "date": node.get("datePublished"),
        "language": node.get("inLanguage"),
    }


def _images(node: Node) -> list[object]:
    found = []
    for image in listed(node.get("image")):
        found.append((image.get("contentUrl") or image.get("url")) if isinstance(image, Mapping) else image)
    return [image for image in found if image]


def _category(value: object) -> object:
    names = [text_of(item) for item in listed(value)]
    return (
        names[0] if len(names) == 1 else [name for name in names if isinstance(name, str) and "schema.org" not in name]
    )


def _related(node: Node) -> Iterator[Relation]:
    for key, kind in _RELATIONS.items():
        for item in listed(node.get(key)):
            if (target := identity(item)) is not None:
                yield Relation(kind=kind, id=target)


def product_pairs(node: Node, group: str | None) -> Pairs:
    """Return the cells of a product node, in the headers that `rows.product_from` knows.

    Raises:
        ValueError: for a rating or a review that is out of its scale.
    """
    parent = node.get("isVariantOf")
    brand = node.get("brand") or node.get("manufacturer")
    gtins: Iterable[object] = (node[key] for key in _GTINS if not is_blank(node.get(key)))
    return [
        ("id", identity(node)),
        ("sku", text_of(node.get("sku"))),
        ("mpn", text_of(node.get("mpn"))),
        ("gtin", [str(code) for code in gtins]),
        ("title", text_of(node.get("name"))),
        ("description", text_of(node.get("description"))),
        ("brand", text_of(brand[0] if isinstance(brand, list) and brand else brand)),
        ("category", _category(node.get("category"))),
        ("image", _images(node)),
        ("url", text_of(node.get("url"))),
        ("group", group or text_of(node.get("inProductGroupWithID")) or group_id(parent)),
        ("attributes", [_number(fact) for fact in _attributes(node)]),
        ("reviews", [_review(item) for item in listed(node.get("review")) if isinstance(item, Mapping)]),
        ("related", list(_related(node))),
        *_offer(node),
        *_rating(node),
    ]


def group_id(node: object) -> str | None:
    """Return the id of a product group or of a reference to one."""
    if isinstance(node, Mapping) and not is_blank(own := text_of(node.get("productGroupID"))):
        return str(own)
    return identity(node)


def _number(fact: dict[str, object]) -> dict[str, object]:
    value = fact["value"]
    return fact | {"value": Decimal(str(value))} if isinstance(value, float) else fact
