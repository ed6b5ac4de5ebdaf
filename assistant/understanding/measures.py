"""Measures in a sentence, `27 inch`, `256GB`, `5000毫安`, in the units that catalogues use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.understanding.numbers import numerals

# Each unit as catalogues write it, with the ways shoppers write it.
_UNITS = {
    "in": r"inch(?:es)?|in\b|\"|″|”|英寸|寸",
    "cm": r"cm|centimet(?:er|re)s?|厘米|公分",
    "mm": r"mm|毫米",
    "kg": r"kg|kilos?|公斤|千克",
    "g": r"g\b|grams?|克",
    "GB": r"gb|gigs?|g内存|g存储",
    "TB": r"tb|terabytes?",
    "mAh": r"mah|毫安时?",
    "h": r"h\b|hours?|hrs?|个?小时",
    "W": r"w\b|watts?|瓦",
    "Hz": r"hz|赫兹",
    "MP": r"mp|megapixels?|像素",
    "ml": r"ml|毫升",
    "l": r"l\b|lit(?:er|re)s?|升",
    "ppm": r"ppm",
    "pcs": r"pcs|pieces|片|颗|粒",
}
_UNIT = re.compile(r"\s*-?\s*(?:" + "|".join(f"(?P<u{i}>{p})" for i, p in enumerate(_UNITS.values())) + ")", re.I)


@dataclass(frozen=True)
class Measure:
    """`value unit` with its span in the text."""

    value: Decimal
    unit: str
    start: int
    end: int


def measures(text: str) -> list[Measure]:
    """Return the measures of `text` from left to right."""
    names, found = list(_UNITS), []
    for numeral in numerals(text):
        match = _UNIT.match(text, numeral.end)
        if match and numeral.single:
            unit = next(names[i] for i in range(len(names)) if match[f"u{i}"])
            value = numeral.low / 1_000_000 if match[0].endswith("像素") else numeral.low
            found.append(Measure(value, unit, numeral.start, match.end()))
    return found
