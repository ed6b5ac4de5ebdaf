"""Which format a file is in, told by its content first and its suffix second."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from assistant.catalogue.attributes import attribute_key
from assistant.catalogue.delimited import split_header_line
from assistant.catalogue.fields import column_of
from assistant.catalogue.jsonitems import JsonItems
from assistant.catalogue.native import json_values
from assistant.catalogue.report import CatalogueError

EXPECTED = "JSON or JSONL products, CSV or TSV, a Google Merchant feed, a Shopify export, JSON-LD or Icecat JSONL"
_HEAD = 1 << 20
_GZIP = b"\x1f\x8b"
_TABLES = (".csv", ".tsv", ".tab", ".txt")
_MERCHANT_ONLY = frozenset(("image_link", "google_product_category", "item_group_id", "sale_price_effective_date"))
_BINARY = {b"PK\x03\x04": "a ZIP or Excel file", b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image",
           b"\xd0\xcf\x11\xe0": "an old Excel file", b"PAR1": "a Parquet file"}  # fmt: skip


class Format(StrEnum):
    """The formats of catalogue files."""

    NATIVE = "native"
    DELIMITED = "delimited"
    MERCHANT = "merchant"
    SHOPIFY = "shopify"
    JSONLD = "jsonld"
    ICECAT = "icecat"


def open_catalogue(path: Path) -> BinaryIO:
    """Return the file opened for reading bytes, unpacked when its content is gzip; the caller closes it."""
    stream = path.open("rb")
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    return cast(BinaryIO, gzip.open(stream)) if packed else stream


def suffix_of(path: Path) -> str:
    """Return the last suffix in lower case, the one before it for .gz."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return next((suffix for suffix in reversed(suffixes) if suffix != ".gz"), "")


def _head(path: Path) -> bytes:
    if not path.exists():
        raise CatalogueError(path, "no such file or directory", EXPECTED, "Check the path.")
    try:
        with open_catalogue(path) as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogueError(path, f"a file that cannot be read ({error})", EXPECTED, "Check the file.") from error
    if not head.strip():
        raise CatalogueError(path, "an empty file", EXPECTED, "Export the catalogue again.")
    return head


def _of_json(head: bytes, path: Path) -> Format | None:
    # The head may end within a character, or within the only line of a document.
    text = head.decode("utf-8", "ignore")
    whole = json_values(BytesIO(text.encode()), str(path)) if "\n" in text.strip() else JsonItems(text)
    for row in (value for _, value in whole):
        if isinstance(row, list):
            row = next((item for item in row if isinstance(item, Mapping)), {})
        if not isinstance(row, Mapping):
            continue
        if any(key in row for key in ("@context", "@type", "@graph")):
            return Format.JSONLD
        if row.keys() >= {"title", "supplier", "ean"} and any(key.startswith(("img_", "attr_")) for key in row):
            return Format.ICECAT
        if _has_title(list(row)):
            return Format.NATIVE
    return None


def _has_title(headers: list[str]) -> bool:
    return any((column := column_of(header)) and column.field == "title" for header in headers)


def _of_markup(head: bytes, path: Path) -> Format | None:
    text = head.lower()
    if b"base.google.com/ns" in text or b"<g:" in text:
        return Format.MERCHANT
    is_page = suffix_of(path) in (".html", ".htm") or b"<html" in text or b"<!doctype html" in text
    if is_page or b"ld+json" in text:
        return Format.JSONLD
    return Format.MERCHANT if b"<rss" in text or b"<feed" in text else None


def _of_table(head: bytes, path: Path) -> Format | None:
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    lines = head.decode("utf-16", "ignore").splitlines() if utf16 else None
    if lines is None:
        first = next(line for line in head.removeprefix(codecs.BOM_UTF8).splitlines() if line.strip())
        try:
            lines = [first.decode("utf-8")]
        except UnicodeDecodeError:
            lines = [first.decode("gb18030", "replace")]
    header, _ = split_header_line(next((line for line in lines if line.strip()), ""))
    if {"Handle", "Title"} <= set(header) and any(cell.startswith(("Variant ", "Option1 ")) for cell in header):
        return Format.SHOPIFY
    keys = {attribute_key(cell.removeprefix("g:")) for cell in header}
    if {"id", "title"} <= keys and keys & _MERCHANT_ONLY:
        return Format.MERCHANT
    is_table = suffix_of(path) in _TABLES or (len(header) > 1 and not suffix_of(path))
    return Format.DELIMITED if is_table and _has_title(header) else None


def detect_format(path: Path) -> Format:
    """Return the format of the file at `path`.

    Raises:
        CatalogueError: when the file does not exist, is empty, or is in no known format.
    """
    head = _head(path)
    for magic, name in _BINARY.items():
        if head.startswith(magic):
            raise CatalogueError(path, name, EXPECTED, "Export the products as CSV in UTF-8.")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if start in (b"{", b"["):
        found = _of_json(head, path)
    elif start == b"<":
        found = _of_markup(head, path)
    else:
        found = _of_table(head, path)
    if found is None:
        begins = head[:60].decode("utf-8", "replace").split("\n")[0]
        remedy = "Give the products a title or name (and an id), or name the format."
        raise CatalogueError(path, f"text beginning with {begins!r}", EXPECTED, remedy)
    return found
