"""How products are named: a text becomes words (LaserJet) and numbers (M451dn), each written in one way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_MARKS = re.compile(r"[®™©]")
_PLUS = re.compile(r"(?<=[^\W_])\+(?!\w)")
_TOKEN = re.compile(r"[0-9A-Za-zÀ-ɏ]+(?:[-‐‑–.][0-9A-Za-zÀ-ɏ]+)*|[㐀-鿿]+")
_HYPHEN = re.compile(r"[-‐‑–.]")
# From the first measure on, a title tells what a product has, not how it is called. A unit of one letter needs its
# space: the 50g is a calculator.
_NUMBER = r"(?<![\w.–-])\d+(?:[.,]\d+)*"
_UNITS = (
    "cm|mm|inch(?:es)?|dpi|ppm|cpm|gb|tb|mb|mp|mah|wh|hz|[kmg]hz|kg|ml|va|awg|pages?|sheets?|pc\\(s\\)|pcs|pk|packs?|ports?"
    "|outlets?|lumens|ansi|watts?|volts?|[mg]bit|[mg]bps|years?|[uy]|英寸|寸|毫安|升|克|支|片|件"
)
_LONE_UNITS = "ft|in|m|l|g|w|v|a"
MEASURE = re.compile(
    rf"""{_NUMBER}\s*(?:x\s*\d|[x×]\s\d|"|”|″|\'\'|%|°)
    |{_NUMBER}(?:[\s-]?(?:{_UNITS})|[\s-](?:{_LONE_UNITS})|\.\d+(?:in|ft|m|l|w|v|a)|(?<=\d)(?:in|ft))(?![A-Za-z0-9])
    |(?<![\w.-])\d+[.,]\d+(?![\w.-])""",
    re.IGNORECASE | re.VERBOSE,
)
_STANDARD = re.compile(
    r"\b(?:ddr\d?|usb\s?\d(?:\.\d)?|wi-?fi\s?\d|windows\s\d+|\d+(?:th|rd|nd|st)\sgen|[2345]g|ip\d\d|rj-?\d\d|cat\.?\s?\d[ae]?)\b",
    re.IGNORECASE,
)
_GOES_WITH = re.compile(
    r"\s(?:for|f/|w/|with|incl\.?|including|compatible|replaces?|fits|equivalent|\+)\s|适用|适配|兼容|（|\(",
    re.IGNORECASE,
)
_SHORT = 2
_JOINED_BY_HYPHEN = 4
_NO_SUFFIX = frozenset("in of to or uk eu us de fr it es w x a4 is by on at an no hd se xl tv pc + 3d".split())
MODIFIERS = frozenset(
    "plus pro max mini lite ultra air se fe neo xl xr xs edge active zoom power play fold flip note go premium advance compact duo twin turbo elite".split()
)
"""Words beside a short number that make another model of it: the iPhone 16 is not the iPhone 16 Pro Max."""


@dataclass(frozen=True)
class Token:
    """A word or a number (whatever has a digit) of a name, `text` in lower case without hyphens.

    `bases` are what is left of a number without its ending: the M451 of an M451dn, the dv7 of a dv7-1211ea.
    """

    text: str
    bases: tuple[str, ...] = ()

    @property
    def number(self) -> bool:
        """Whether it has a digit."""
        return any(c.isdigit() for c in self.text)


def plain(text: str) -> str:
    """Return `text` in lower case with nothing but letters and digits, so that `Tripp Lite` is `Tripplite`."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


@lru_cache(200_000)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of `text`; `M 451 dn`, `M451-dn` and `M451dn` are the same one.

    A letter or two before a number and after it belong to it; a longer word before a hyphen (`IntelliFax-1860C`) does not.
    """
    text = _PLUS.sub(" plus", unicodedata.normalize("NFKC", _MARKS.sub("", text)))
    parts: list[tuple[list[str], bool]] = []
    end = -2
    for found in _TOKEN.finditer(text):
        segments = [s for s in _HYPHEN.split(found[0]) if s]
        glued = found.start() - end <= 1
        end = found.end()
        if len(segments) > 1 and segments[0].isalpha() and len(segments[0]) >= _JOINED_BY_HYPHEN:
            parts += [([segments[0]], glued), (segments[1:], True)]
        elif len(segments) > 1 and segments[-1].isalpha() and len(segments[-1]) >= _JOINED_BY_HYPHEN:
            parts += [(segments[:-1], glued), ([segments[-1]], True)]
        else:
            parts.append((segments, glued))
    return tuple(_joined(parts))


def _joined(parts: list[tuple[list[str], bool]]) -> Iterable[Token]:
    position = 0
    while position < len(parts):
        segments = parts[position][0]
        if _short_letters(segments) and segments[0].isupper() and _follows(parts, position, digit_first=True):
            position += 1
            segments = segments + parts[position][0]
        if _has_digit(segments) and segments[-1][-1].isdigit() and _follows(parts, position, digit_first=False):
            position += 1
            segments = segments + parts[position][0]
        yield _token(segments)
        position += 1


def _short_letters(segments: list[str]) -> bool:
    return len(segments) == 1 and segments[0].isascii() and segments[0].isalpha() and len(segments[0]) <= _SHORT


def _has_digit(segments: list[str]) -> bool:
    return any(c.isdigit() for s in segments for c in s)


def _follows(parts: list[tuple[list[str], bool]], position: int, *, digit_first: bool) -> bool:
    if position + 1 == len(parts) or not parts[position + 1][1]:
        return False
    after = parts[position + 1][0]
    if digit_first:
        return after[0][0].isdigit()
    return _short_letters(after) and after[0].casefold() not in _NO_SUFFIX and len(parts[position][0][-1]) > 1


_ENDING = re.compile(r"(.*\d{3,})[a-z]{1,4}")


def _token(segments: list[str]) -> Token:
    low = [s.casefold() for s in segments]
    text = "".join(low)
    if not any(c.isdigit() for c in text):
        return Token(text)
    bases = ["".join(low[:n]) for n in range(len(low) - 1, 0, -1)]
    bases = [b for b in bases if any(c.isdigit() for c in b)]
    # Only after three digits is a letter an equipment (4250n); before, it is another model (Pixel 9a, iPhone 4s).
    bases += [ending[1] for t in (text, *bases) if (ending := _ENDING.fullmatch(t))]
    return Token(text, tuple(dict.fromkeys(b for b in bases if b != text)))


def own_name(title: str, least: int = 2) -> str:
    """Return the part of `title` before its first measure and before what it goes with; it has `least` tokens."""
    cut = len(title)
    for pattern in (MEASURE, _STANDARD, _GOES_WITH):
        found = pattern.search(title)
        # A measure at the very start leaves no name: it is the name itself.
        if found and len(tokens(title[: found.start()])) >= least:
            cut = min(cut, found.start())
    return title[:cut]


def without_measures(text: str) -> str:
    """Return `text` with a comma for every measure and standard: 2.5in and RJ45 are not the name of anything."""
    return _STANDARD.sub(",", MEASURE.sub(",", text))


def goes_with(title: str) -> list[str]:
    """Return the parts of `title` after "for" and its like, up to the next comma or bracket."""
    return [found[1].strip() for found in _FOR.finditer(title)]


_FOR = re.compile(
    r"(?:\b(?:for(?:\suse\swith)?|compatible\s(?:with|for)|fits)\s|适用于?|适配|兼容)\s*([^()（）]+)", re.IGNORECASE
)
