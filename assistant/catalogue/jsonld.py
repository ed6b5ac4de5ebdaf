"""schema.org products in JSON-LD: `.json`, `.jsonld` and `.jsonl` files, and HTML pages that embed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

import lxml.etree

from assistant.catalogue.native import json_values
from assistant.catalogue.report import Found, Problem, attempt, reason_of
from assistant.catalogue.rows import product_from
from assistant.catalogue.schema_org import PRODUCT_TYPES, Node, group_id, listed, product_pairs, types_of
from assistant.catalogue.text import open_text
from assistant.product import Product

# Under these keys a node holds products of its own; under others, such as isRelatedTo, mere references.
_CONTAINERS = (
    "@graph",
    "itemListElement",
    "item",
    "mainEntity",
    "hasPart",
    "itemOffered",
    "offers",
    "hasOfferCatalog",
)
_INHERITED = ("name", "description", "brand", "manufacturer", "category", "image", "url", "material", "pattern",
              "aggregateRating", "review", "additionalProperty", "audience", "color", "size", "offers")  # fmt: skip
_DEPTH = 12


def _index(value: object, nodes: dict[str, Node], depth: int = 0) -> None:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            _index(item, nodes, depth)
    elif isinstance(value, Mapping):
        if isinstance(name := value.get("@id"), str) and len(value) > 1:
            nodes[name] = {**value, **nodes.get(name, {})}
        for item in value.values():
            _index(item, nodes, depth + 1)


def _resolve(value: object, nodes: Mapping[str, Node], depth: int = 0) -> object:
    """Return `value` with bare references ({"@id": …}) replaced by the nodes that they name."""
    if depth > _DEPTH:
        return value
    if isinstance(value, list):
        return [_resolve(item, nodes, depth) for item in value]
    if isinstance(value, Mapping):
        if value.keys() == {"@id"}:
            return nodes.get(str(value["@id"]), value)
        return {key: _resolve(item, nodes, depth + 1) for key, item in value.items()}
    return value


def _expanded(node: Node, nodes: Mapping[str, Node]) -> dict[str, object]:
    # One level is what shops use; more would follow isVariantOf and hasVariant round in a circle.
    return {key: _resolve(value, nodes) for key, value in node.items()}


def _variants(group: Node, nodes: Mapping[str, Node]) -> Iterator[tuple[Node, str | None]]:
    shared = {key: group[key] for key in _INHERITED if key in group}
    for variant in listed(group.get("hasVariant")):
        if isinstance(variant, Mapping) and len(variant) > 1:
            yield shared | _expanded(variant, nodes), group_id(group)


def _products(value: object, nodes: Mapping[str, Node], depth: int = 0) -> Iterator[tuple[Node, str | None]]:
    """Yield each product node below `value` with its group; a group itself only without variants."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _products(item, nodes, depth)
        return
    if not isinstance(value, Mapping):
        return
    kinds = types_of(value)
    if kinds & PRODUCT_TYPES:
        node = _expanded(value, nodes)
        if listed(node.get("hasVariant")):
            yield from _variants(node, nodes)
        elif "ProductGroup" not in kinds or "offers" in node:
            yield node, None
        return
    for key in _CONTAINERS:
        if key in value:
            yield from _products(value[key], nodes, depth + 1)


def _html_values(stream: BinaryIO, source: str) -> Iterator[tuple[int, object]]:
    # extruct loads a dozen parsers of other syntaxes, which no other format should wait for.
    from extruct.jsonld import JsonLdExtractor
    from extruct.utils import parse_html

    text = open_text(stream, source).read()
    extractor = JsonLdExtractor()
    try:
        page = parse_html(text.encode("utf-8", "replace"), encoding="utf-8")
    except (lxml.etree.ParserError, ValueError) as error:
        yield 1, ValueError(f"not readable as HTML: {error}")
        return
    for script in page.iter("script"):
        if str(script.get("type", "")).strip().lower() == "application/ld+json":
            script.set("type", "application/ld+json")
            # A page's scripts one by one, so that a broken one does not take the others with it.
            try:
                yield script.sourceline or 1, extractor.extract_items(script)
            except (ValueError, RecursionError) as error:
                yield script.sourceline or 1, ValueError(f"the script is not valid JSON: {error}")


def _build(node: Node, group: str | None, currency: str | None, item: int) -> Product:
    try:
        return product_from(product_pairs(node, group), currency=currency)
    except ValueError as error:
        raise ValueError(f"item {item}: {reason_of(error)}") from error


def read_jsonld(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield the products of a JSON-LD document or of the JSON-LD of an HTML page.

    Lines are those where the top-level object, or the page's script, begins; as many products may stand
    in one, a reason begins with the product's number in the file ("item 2: price: …").
    """
    head = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    values = list(_html_values(stream, source) if head.startswith(b"<") else json_values(stream, source))
    nodes: dict[str, Node] = {}
    for _, value in values:
        _index(value, nodes)
    count = 0
    for line, value in values:
        if isinstance(value, ValueError):
            yield Problem(source, line, str(value))
            continue
        for node, group in _products(value, nodes):
            count += 1
            yield attempt(source, line, partial(_build, node, group, currency, count))
