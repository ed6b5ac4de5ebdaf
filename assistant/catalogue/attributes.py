"""Free columns to typed attributes: keys from headers, units from values, yes and no, numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from assistant.catalogue.text import plain_text
from assistant.catalogue.units import unit_of
from assistant.catalogue.values import bounded, is_blank, parse_number, shown
from assistant.product import Attribute

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"(?P<base>.+?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*")
_QUANTITY = re.compile(r"([+-]?\d[\d.,]*(?: \d{3})*(?:[.,]\d+)?)\s*([^\d\s.,][^\d]{0,14}?)\s*")
# No leading zero and at most 12 digits: longer ones, and "007", are codes and stay text.
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,11})(?:\.\d{1,12})?")
_TRUTH = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
_HUNDREDTH = "万像素"
_DEPTH = 6
# Longer cells are no quantities, and the patterns need not be fast on them.
_LONGEST = 60


@lru_cache(maxsize=4096)
def attribute_key(header: str) -> str:
    """Return `header` as a snake_case key ("Screen Size", "screenSize" -> screen_size); Han stays."""
    text = _CAMEL.sub("_", unicodedata.normalize("NFKC", header))
    return "_".join(_WORD.findall(unicodedata.normalize("NFC", text.lower())))


@lru_cache(maxsize=4096)
def split_header(header: str) -> tuple[str, str | None]:
    """Return the header and what is in brackets at its end: "重量(kg)" -> ("重量", "kg")."""
    match = _BRACKETS.fullmatch(unicodedata.normalize("NFKC", header)) if len(header) <= _LONGEST else None
    return (match["base"], match["unit"]) if match else (header, None)


def parse_value(text: str) -> tuple[bool | Decimal | str, str | None]:
    """Return the value of a plain text and its unit: "6.1 inch" -> (6.1, "in"), "是" -> (True, None)."""
    if (truth := _TRUTH.get(text.casefold())) is not None:
        return truth, None
    if _NUMBER.fullmatch(text):
        return Decimal(text), None
    match = _QUANTITY.fullmatch(unicodedata.normalize("NFKC", text)) if len(text) <= _LONGEST else None
    if match is None:
        return text, None
    number, word = match.groups()
    unit = "MP" if word == _HUNDREDTH else unit_of(word)
    if unit is None:
        return text, None
    try:
        amount = parse_number(number)
    except ValueError:
        return text, None
    return (amount / 100 if word == _HUNDREDTH else amount), unit


def _scalar(value: object) -> tuple[bool | Decimal | str, str | None] | None:
    if isinstance(value, bool):
        return value, None
    if isinstance(value, (int, float, Decimal)):
        number = bounded(Decimal(str(value)) if isinstance(value, float) else Decimal(value))
        return (Decimal(f"{number:f}"), None)
    text = plain_text(str(value))
    if text == "NaN":
        raise ValueError("NaN is not a number")
    return None if is_blank(text) else parse_value(text)


def attributes_of(header: str, value: object, *, depth: int = 0) -> Iterator[Attribute]:
    """Yield the attributes of one column: none for an empty cell, one for each item of a list.

    An object with `value` (and `unit`) is one attribute, one with `name` too names it; any other object
    gives an attribute a key, `header_key`.

    Raises:
        ValueError: for a number that is not finite and for objects nested more than six deep.
    """
    if is_blank(value):
        return
    if depth > _DEPTH:
        raise ValueError(f"attribute {shown(header)}: nested too deeply")
    base, bracket = split_header(header)
    unit = unit_of(bracket) if bracket else None
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from attributes_of(header, item, depth=depth + 1)
    elif isinstance(value, Mapping):
        if "value" in value and ("name" in value or value.keys() <= {"value", "unit"}):
            yield from _measured(str(value.get("name") or header), value["value"], value.get("unit"))
            return
        for key, part in value.items():
            yield from attributes_of(f"{header}_{key}" if header else str(key), part, depth=depth + 1)
    else:
        yield from _measured(base if unit else header, value, unit)


def _measured(header: str, value: object, unit: object) -> Iterator[Attribute]:
    key = attribute_key(header)
    if not key or is_blank(value):
        return
    if isinstance(value, (list, tuple, Mapping)):
        raise ValueError(f"attribute {key}: expected one value, found {shown(value)}")
    try:
        parsed = _scalar(value)
    except ValueError as error:
        raise ValueError(f"attribute {key}: {error}") from error
    if parsed is None:
        return
    given = plain_text(str(unit)) if not is_blank(unit) else ""
    yield Attribute(name=key, value=parsed[0], unit=(unit_of(given) or given) if given else parsed[1])
