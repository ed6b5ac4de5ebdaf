"""A title as what can be compared between two shops: words, model codes, numbers and measures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import rjieba

from assistant.catalogue.units import unit_of
from assistant.catalogue.values import parse_number
from kg.scales import base, scaled

Measures = Mapping[str, frozenset[float]]
"""By unit (the base of its scale; lengths in mm, inches too): the amounts."""

_TIMES = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)")
_MEASURE = re.compile(
    r"(?<![A-Za-z0-9.,])(\d+(?:,\d{3})*(?:\.\d+|,\d{1,2})?)[\s-]?([A-Za-zµ°%\"”″′']+[²2]?(?![A-Za-z0-9])|[一-鿿]{1,4})"
)
_LATIN = re.compile(r"[a-z0-9]+(?:[-_/.+&'][a-z0-9]+)*")
_HAN = re.compile(r"[一-鿿]+")
_PARTS = re.compile(r"[a-z0-9]+")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")
_SIZE = re.compile(r"\d+(?:x\d+)+")
_DECIMAL = re.compile(r"\d+\.\d+")
# Marks and generations; a lone v or x is more often something else.
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_LONG_NUMBER = 5
_LONGEST_NAME = 12
_SHORTEST_CODE = 3


@dataclass(frozen=True)
class Words:
    """`plain` are lower-case words, `codes` names with letters and digits (`wh1000xm5`), `numbers` bare numbers."""

    plain: frozenset[str]
    codes: frozenset[str]
    numbers: frozenset[str]
    measures: Measures

    @property
    def all(self) -> frozenset[str]:
        """Words, codes and numbers together."""
        return self.plain | self.codes | self.numbers


def measure(amount: Decimal, unit: str | None) -> tuple[str, float]:
    """Return a quantity in the unit that all of its kind are compared in."""
    if unit == "in":
        return "mm", float(amount * Decimal("25.4"))
    return base(unit), float(scaled(amount, unit))


def gather(quantities: Iterable[tuple[str, float]]) -> Measures:
    """Group quantities by unit."""
    found: dict[str, set[float]] = {}
    for unit, amount in quantities:
        found.setdefault(unit, set()).add(amount)
    return {unit: frozenset(amounts) for unit, amounts in found.items()}


def bridge(text: str, names: Mapping[str, str]) -> str:
    """Return a Chinese text with every known name (the longest first) in English, so that it meets an English one."""
    out: list[str] = []
    place = 0
    while place < len(text):
        for length in range(min(_LONGEST_NAME, len(text) - place), 1, -1):
            if name := names.get(text[place : place + length]):
                out.append(f" {name} ")
                place += length
                break
        else:
            out.append(text[place])
            place += 1
    return "".join(out)


def words_of(text: str, names: Mapping[str, str]) -> Words:
    """Read a title; `names` has the English name of each Chinese one."""
    text = unicodedata.normalize("NFKC", text)
    quantities: list[tuple[str, float]] = []

    def take(match: re.Match[str]) -> str:
        number, word = match.groups()
        for length in range(len(word), 0, -1) if _HAN.fullmatch(word) else (len(word),):
            # A year counts in nothing: 2024年 is a number like any other.
            if (unit := unit_of(word[:length])) and base(unit):
                quantities.append(measure(parse_number(number), unit))
                return f" {word[length:]} "
        return match[0]

    text = _MEASURE.sub(take, _TIMES.sub("x", text))
    text = bridge(text, names).casefold() if _HAN.search(text) else text.casefold()
    plain: set[str] = set()
    codes: set[str] = set()
    numbers: set[str] = set()
    for token in _LATIN.findall(text):
        for part in _parts(token):
            if _DECIMAL.fullmatch(part):
                numbers.add(part)
            elif part.isdigit():
                short = len(part) < _LONG_NUMBER
                (numbers if short else codes).add(part.lstrip("0") or "0" if short else part)
            elif _SIZE.fullmatch(part):
                plain.add(part)
            elif len(part) >= _SHORTEST_CODE and any(c.isdigit() for c in part) and any(c.isalpha() for c in part):
                codes.add(part)
            elif part in _ROMAN:
                numbers.add(_ROMAN[part])
            else:
                plain.add("grey" if part == "gray" else part)
    for run in _HAN.findall(text):
        plain.update(rjieba.cut(run))
    return Words(frozenset(plain), frozenset(codes), frozenset(numbers), gather(quantities))


def _parts(token: str) -> list[str]:
    if _DECIMAL.fullmatch(token):
        return [token]
    joined = _NOT_ALNUM.sub("", token)
    # "wh-1000xm5" is one name, "usb-c/hdmi" are several words.
    if any(char.isdigit() for char in joined) and any(char.isalpha() for char in joined) and "/" not in token:
        return [joined]
    return _PARTS.findall(token)
