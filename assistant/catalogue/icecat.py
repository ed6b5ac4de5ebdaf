"""Icecat products as JSONL with typed attributes (`attr_t_*` text, `attr_n_*` number, `attr_b_*` boolean)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from typing import BinaryIO

from assistant.catalogue.attributes import attribute_key
from assistant.catalogue.native import json_values
from assistant.catalogue.report import Found, Problem, attempt
from assistant.catalogue.text import language_of, plain_text
from assistant.catalogue.values import bounded, gtin, parse_number, shown, web_address
from assistant.product import Attribute, Money, Product

_IMAGES = ("img_high", "img_500x500", "img_low", "img_thumb")
# Only where the export is of one mind: memory is in MB or GB and weight in g or kg from row to row.
_UNITS = {"display_diagonal": "in", "thermal_design_power_tdp": "W", "cable_length": "m"}
_PART_NUMBER = re.compile(r"(?=.*\d)[\w./#+-]+")
_CURRENCY = "USD"


@cache
def _typed_key(field: str) -> tuple[str, str]:
    return field[5], attribute_key(field[7:])


def _attribute(field: str, value: object) -> Attribute | None:
    kind, name = _typed_key(field)
    if not name or value is None or value == "":
        return None
    if kind == "b" and isinstance(value, bool):
        return Attribute(name=name, value=value)
    if kind == "n":
        number = parse_number(value)
        whole = number.to_integral_value()
        return Attribute(name=name, value=whole if number == whole else number, unit=_UNITS.get(name))
    if kind == "t" and isinstance(value, str):
        text = plain_text(value)
        return Attribute(name=name, value=text) if text else None
    raise ValueError(f"{field}: {shown(value)} is not of the type that the name says")


def _price(value: object) -> Money | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"price: expected whole US cents from 0 up, found {shown(value)}")
    return Money(amount=bounded(Decimal(value)).scaleb(-2), currency=_CURRENCY)


def _product(row: dict[str, object]) -> Product:
    title = plain_text(str(row.get("title") or row.get("name") or ""))
    description = plain_text(str(row.get("short_description") or ""), lines=True)
    part = plain_text(str(row.get("name") or ""))
    eans = row.get("ean") or []
    valid = [code for value in (eans if isinstance(eans, list) else [eans]) if (code := gtin(value))]
    codes = {"gtin": valid[0]} if valid else {}
    # One picture in four sizes.
    images = [url for key in _IMAGES if row.get(key) and (url := web_address(row[key]))]
    attributes = [
        attribute
        for field, value in row.items()
        if field.startswith(("attr_t_", "attr_n_", "attr_b_")) and (attribute := _attribute(field, value))
    ]
    if released := str(row.get("date_released") or "")[:10]:
        attributes.append(Attribute(name="date_released", value=released))
    # `name` is a part number in most rows and a model name in the others.
    if _PART_NUMBER.fullmatch(part):
        codes["mpn"] = part
    elif part:
        attributes.append(Attribute(name="product_name", value=part))
    return Product(
        id=str(row.get("id") or ""),
        titles={language_of(title): title},
        descriptions={language_of(description): description} if description else {},
        brand=plain_text(str(row.get("supplier") or "")) or None,
        price=_price(row.get("price")),
        images=tuple(images[:1]),
        attributes=tuple(attributes),
        identifiers=codes,
    )


def read_icecat(stream: BinaryIO, source: str, *, currency: str | None = None) -> Iterator[Found]:
    """Yield the products of an Icecat export, streamed; prices are cents of US dollars.

    The category stays empty, since the export has none. `currency` is there for the common signature and
    has no say: the export's own currency is known.
    """
    for line, row in json_values(stream, source):
        if isinstance(row, ValueError):
            yield Problem(source, line, str(row))
        elif not isinstance(row, dict):
            yield Problem(source, line, f"expected an object with a product, found {shown(row)}")
        else:
            yield attempt(source, line, partial(_product, row))
