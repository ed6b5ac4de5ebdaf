"""Measures in a sentence, `27 inch`, `256GB`, `5000毫安`, in the units that catalogues use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.understanding.numbers import Numeral, numerals

# Each unit as catalogues write it, with the ways shoppers write it; words of Latin letters end where the word ends.
_UNITS = {
    # "2 in 1" and "10 in stock" measure nothing.
    "in": (r"inch(?:es)?|in(?!\s*-?\s*(?:\d|one\b|stock|total|a\b|the\b))", r"[\"″”]|英寸|寸"),
    "cm": (r"cm|centimet(?:er|re)s?", r"厘米|公分"),
    "mm": (r"mm|millimet(?:er|re)s?", r"毫米"),
    "kg": (r"kgs?|kilos?|kilograms?", r"公斤|千克"),
    "g": (r"g|grams?", r"克"),
    "GB": (r"gb|gigs?|gigabytes?", r"[gG](?=内存|存储|运存)"),
    "TB": (r"tb|terabytes?", r"[tT](?=硬盘|存储)"),
    "mAh": (r"mah", r"毫安时?"),
    "h": (r"h|hours?|hrs?", r"个?小时"),
    "W": (r"w|watts?", r"瓦"),
    "Hz": (r"hz|hertz", r"赫兹"),
    "MP": (r"mp|megapixels?", r"像素"),
    "ml": (r"ml|millilit(?:er|re)s?", r"毫升"),
    "l": (r"l|lit(?:er|re)s?", r"升"),
    "ppm": (r"ppm", r"页每分钟"),
    "pcs": (r"pcs|pieces", r"片|颗|粒"),
}
_UNIT = re.compile(
    r"\s*-?\s*(?:" + "|".join(f"(?P<u{i}>(?:{a})(?![A-Za-z])|{b})" for i, (a, b) in enumerate(_UNITS.values())) + ")",
    re.I,
)
# 128G is said of memories; nothing else weighs just that.
_MEMORY_SIZES = {Decimal(2**n) for n in range(3, 11)} | {Decimal(12), Decimal(24)}
_GENERATIONS = {Decimal(n) for n in range(2, 7)}
_NOT_MEASURES = re.compile(
    r"\s*-?\s*(?:(?:days?|weeks?|months?|years?|people|persons?|stars?|m|meters?|metres?|km|kilomet(?:er|re)s?|fps|mb|wh|k|x|%|th|st|nd|rd"
    r")(?![A-Za-z])|%|个|台|款|部|件|条|双|只|岁|年|月|天|日|星|人|米|代|次|块屏)",
    re.I,
)


@dataclass(frozen=True)
class Measure:
    """`value unit` with its span in the text."""

    value: Decimal
    unit: str
    start: int
    end: int


def measured(text: str, numeral: Numeral) -> bool:
    """Whether a number counts or measures something, so that it is no price."""
    return bool(_UNIT.match(text, numeral.end) or _NOT_MEASURES.match(text, numeral.end))


def measures(text: str) -> list[Measure]:
    """Return the measures of `text` from left to right."""
    names, found = list(_UNITS), []
    for numeral in numerals(text):
        match = _UNIT.match(text, numeral.end)
        if not match or not numeral.single:
            continue
        unit, value = next(names[i] for i in range(len(names)) if match[f"u{i}"]), numeral.low
        if unit == "g" and value in _GENERATIONS:
            continue  # a 5G phone does not weigh five grams
        if unit == "g" and value in _MEMORY_SIZES and not match[0].strip().lower().startswith("gram"):
            unit = "GB"
        if match[0].endswith("像素"):
            value /= 1_000_000
        found.append(Measure(value, unit, numeral.start, match.end()))
    return found
