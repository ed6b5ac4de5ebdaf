"""Google Merchant Center feeds: RSS 2.0 or Atom XML with the `g:` namespace, and their TSV form.

Format: https://support.google.com/merchants/answer/7052112 (product data specification).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from assistant.catalogue.attributes import attribute_key
from assistant.catalogue.delimited import table_rows
from assistant.catalogue.report import Found, Problem, attempt
from assistant.catalogue.rows import product_from
from assistant.product import Product

Pairs = list[tuple[str, object]]
_CHUNK = 1 << 16
_ITEMS = frozenset(("item", "entry"))
# What concerns advertising and delivery, not the product.
_NOT_FACTS = re.compile(
    r"(?:shipping|tax|ads|custom_label|promotion|excluded|included|mobile_link|identifier_exists|installment|guid"
    r"|sale_price_effective_date|pub_?date|updated|published|canonical_link|availability_date|cost_of_goods|adult).*"
)


class _Items:
    """The target of the XML parser: collects whole items with the line where they begin."""

    def __init__(self) -> None:
        self.parser: DefusedXMLParser | None = None
        self.done: list[tuple[int, Element]] = []
        self._builder: TreeBuilder | None = None
        self._depth = 0
        self._line = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._builder is None and tag.rpartition("}")[2] in _ITEMS and self.parser is not None:
            self._builder, self._depth = TreeBuilder(), 0
            self._line = self.parser.parser.CurrentLineNumber
        if self._builder is not None:
            self._depth += 1
            self._builder.start(tag, attributes)

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self._builder is not None:
            self._builder.end(tag)
            self._depth -= 1
            if self._depth == 0:
                self.done.append((self._line, self._builder.close()))
                self._builder = None

    def close(self) -> None:
        """Do nothing: the items were taken as they came."""


def _xml_items(stream: BinaryIO, source: str) -> Iterator[tuple[int, Element] | Problem]:
    items = _Items()
    parser = DefusedXMLParser(target=items)
    items.parser = parser
    try:
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            yield from items.done
            items.done.clear()
        parser.close()
    except ParseError as error:
        yield from items.done
        yield Problem(source, error.position[0], f"not well-formed XML ({error.msg}); the rest of the file is not read")
    except DefusedXmlException:
        yield Problem(
            source,
            parser.parser.CurrentLineNumber,
            "XML entities are refused; write the characters themselves",
        )
    except (ValueError, LookupError) as error:
        yield Problem(source, parser.parser.CurrentLineNumber, f"not readable as XML ({error}); save it as UTF-8")


def _detail(element: Element) -> tuple[str, object] | None:
    parts = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
    name = parts.get("attribute_name")
    return ("attributes", {name: parts.get("attribute_value", "")}) if name else None


def _xml_pairs(element: Element) -> Pairs:
    pairs: Pairs = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "product_detail":
            if detail := _detail(child):
                pairs.append(detail)
        elif len(child) == 0:
            pairs.append((name, (child.text or "").strip() or child.get("href", "")))
    return pairs


def _table_pairs(row: Iterable[tuple[str, str]]) -> Pairs:
    pairs: Pairs = []
    for header, cell in row:
        key = attribute_key(header.rpartition(":")[2] if header.startswith("g:") else header)
        if key.startswith("product_detail"):
            for detail in re.split(r",(?=[^,:]*:[^,:]*:)", cell):
                # section:name:value, where the section may be left out.
                *_, name, value = ["", *detail.split(":", 2)] if detail.count(":") else ("", "")
                if name.strip():
                    pairs.append(("attributes", {name.strip(): value.strip()}))
        else:
            pairs.append((key, cell))
    return pairs


def _on_sale(pairs: Pairs) -> bool:
    dates = next((str(value) for name, value in pairs if name == "sale_price_effective_date" and value), "")
    if not dates:
        return True
    try:
        begin, end = (dt.datetime.fromisoformat(part.strip()) for part in dates.split("/"))
        moments = [moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC) for moment in (begin, end)]
    except ValueError as error:
        raise ValueError(f"sale_price_effective_date: {dates!r} is not two ISO 8601 times with / between") from error
    return moments[0] <= dt.datetime.now(dt.UTC) <= moments[1]


def _product(pairs: Pairs, currency: str | None) -> Product:
    sale = _on_sale(pairs)
    typed = any(name == "product_type" and value for name, value in pairs)
    kept = [
        (name, value)
        for name, value in pairs
        if not _NOT_FACTS.fullmatch(attribute_key(name))
        and (sale or name != "sale_price")
        # The shop's own path says more than Google's taxonomy, and a bare taxonomy number says nothing.
        and not (name == "google_product_category" and (typed or str(value).isdigit()))
    ]
    return product_from(kept, currency=currency)


def read_merchant(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield the products of a Merchant feed, XML (streamed, entities refused) or a table.

    A sale price counts only within its `sale_price_effective_date`. `currency` is for prices without one.
    """
    head = stream.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    is_xml = head.startswith(b"<")
    for row in _xml_items(stream, source) if is_xml else table_rows(stream, source):
        if isinstance(row, Problem):
            yield row
            continue
        line, content = row
        pairs = _xml_pairs(content) if isinstance(content, Element) else _table_pairs(content)
        yield attempt(source, line, partial(_product, pairs, currency))
