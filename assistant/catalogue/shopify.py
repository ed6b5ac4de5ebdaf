"""Shopify product exports: a product over several rows, one a variant, and rows with only an image.

Format: https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import BinaryIO

from assistant.catalogue.attributes import attribute_key
from assistant.catalogue.delimited import table_rows
from assistant.catalogue.report import Found, Problem, attempt
from assistant.catalogue.rows import product_from
from assistant.catalogue.values import parse_number
from assistant.product import Product

Pairs = list[tuple[str, object]]
_Row = tuple[int, dict[str, str]]
_METAFIELD = re.compile(r"(?P<label>.+?)\s*\((?:product|variant)\.metafields\.[^)]*\)")
_OPTIONS = ("Option1", "Option2", "Option3")
_PRODUCT_COLUMNS = frozenset((
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Standard Product Type", "Custom Product Type",
    "Type", "Tags", "Published", "Status", "Gift Card", "Cost per item",
))  # fmt: skip
_OTHER_COLUMNS = re.compile(
    r"(?:Option\d|Variant|Image|SEO|Google Shopping|Price|Included|Compare At Price|Unit Price)\b.*"
)
_VARIANT_MARKS = ("Variant SKU", "Variant Price", "Option1 Value", "Variant Barcode")


def _is_variant(cells: dict[str, str]) -> bool:
    return any(cells.get(mark) for mark in _VARIANT_MARKS)


def _stock(cells: dict[str, str]) -> Pairs:
    quantity = cells.get("Variant Inventory Qty", "")
    if not quantity:
        return []
    # Shopify counts below nought for what was sold beyond the stock.
    count = max(int(parse_number(quantity)), 0)
    sold_on = cells.get("Variant Inventory Policy", "").lower() == "continue"
    return [("stock", str(count)), *([("availability", "backorder")] if sold_on and not count else [])]


def _options(first: dict[str, str], cells: dict[str, str]) -> list[tuple[str, str]]:
    chosen = []
    for option in _OPTIONS:
        name = first.get(f"{option} Name") or cells.get(f"{option} Name", "")
        value = cells.get(f"{option} Value", "")
        if name and value and value != "Default Title":
            chosen.append((name, value))
    return chosen


def _facts(first: dict[str, str]) -> Iterator[tuple[str, object]]:
    for tag in first.get("Tags", "").split(","):
        yield "tags", tag.strip()
    category = first.get("Product Category") or first.get("Standard Product Type") or ""
    if category and first.get("Type"):
        yield "type", first["Type"]
    for header, value in first.items():
        metafield = _METAFIELD.fullmatch(header)
        if metafield:
            yield metafield["label"], value
        elif header not in _PRODUCT_COLUMNS and not _OTHER_COLUMNS.fullmatch(header):
            yield header, value


def _variant(first: dict[str, str], cells: dict[str, str], images: list[str], currency: str | None) -> Product:
    handle = first["Handle"]
    options = _options(first, cells)
    labels = [value for _, value in options]
    title = first.get("Title", "")
    if not title:
        raise ValueError(f"title: no row before this one gives the product {handle!r} a title")
    grams = parse_number(cells.get("Variant Grams") or "0")
    own = cells.get("Variant Image", "")
    pairs: Pairs = [
        ("id", cells.get("Variant SKU") or "-".join([handle, *(attribute_key(label) for label in labels)])),
        ("sku", cells.get("Variant SKU", "")),
        ("title", f"{title} – {' / '.join(labels)}" if labels else title),
        ("description", first.get("Body (HTML)", "")),
        ("brand", first.get("Vendor", "")),
        (
            "category",
            first.get("Product Category") or first.get("Standard Product Type") or first.get("Type", ""),
        ),
        ("price", cells.get("Variant Price", "")),
        ("list_price", cells.get("Variant Compare At Price", "")),
        ("gtin", cells.get("Variant Barcode", "").lstrip("'")),
        ("image", [own, *images] if own else images),
        ("group", handle),
        ("attributes", [{"name": name, "value": value} for name, value in (*options, *_facts(first))]),
        *_stock(cells),
    ]
    if grams > 0:
        pairs.append(("attributes", {"weight": {"value": Decimal(grams), "unit": "g"}}))
    return product_from(pairs, currency=currency)


def _products(source: str, rows: list[_Row], currency: str | None) -> Iterator[Found]:
    line, first = rows[0]
    if not first.get("Handle"):
        yield from (Problem(source, place, "Handle: expected a handle, found none") for place, _ in rows)
        return
    status = first.get("Status", "").lower()
    if status in ("draft", "archived") or first.get("Published", "").lower() == "false":
        yield Problem(
            source, line, f"the product {first['Handle']!r} is {status or 'not published'}, so it is left out"
        )
        return
    images = [cells["Image Src"] for _, cells in rows if cells.get("Image Src")]
    for place, cells in rows:
        if _is_variant(cells) or place == line:
            yield attempt(source, place, partial(_variant, first, cells, images, currency))


def read_shopify(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield a product for each variant, with the handle as `group`; products in draft are problems.

    `currency` is the shop's: the export does not name it.
    """
    rows: list[_Row] = []
    for row in table_rows(stream, source):
        if isinstance(row, Problem):
            yield row
            continue
        cells = {header: cell.strip() for header, cell in row[1]}
        if rows and rows[-1][1].get("Handle") != cells.get("Handle"):
            yield from _products(source, rows, currency)
            rows = []
        rows.append((row[0], cells))
    if rows:
        yield from _products(source, rows, currency)
