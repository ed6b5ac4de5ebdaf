"""Reads texts that name other products: "HP DeskJet 3325, 3420 / HP OfficeJet 4212" names three."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kg.relations.names import MODIFIERS, Token, plain, tokens, without_measures

_LINES = re.compile(r"(?:\\r)?\\n|[\n\r;•]")
_ITEMS = re.compile(r",|、|，|/|:|：|\(|\)|（|）|(?:^|\s)[-–—](?=\s|$)|\s&\s|\sand\s|\sor\s|\s\+\s|和|及|与")
GENERIC = frozenset(
    "series printer printers notebook laptop pc mfp mfps multifunction all in one allinone colour color and or the with for model models"
    " photo personal compact camera phone tablet system systems new edition only use all workstation mobile 系列 打印机 手机 机型".split()
)


class Brands:
    """The makers of a catalogue, found at the beginning of a text however they are spaced: Tripp Lite, TrippLite."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` as the catalogue writes them."""
        self.names = frozenset(filter(None, map(plain, names)))
        spaced = sorted((r"[\W_]*".join(map(re.escape, name)) for name in self.names), key=len, reverse=True)
        self._start = re.compile(rf"\W*({'|'.join(spaced)})(?![^\W_])[®™]?", re.IGNORECASE) if spaced else None

    def split(self, text: str) -> tuple[str | None, str]:
        """Return the plain name of the maker at the beginning of `text`, if there is one, and the rest."""
        found = self._start.match(text) if self._start else None
        return (plain(found[1]), text[found.end() :]) if found else (None, text)


@dataclass(frozen=True)
class Mention:
    """What a text names: its words before and after its numbers, and the numbers.

    `brand` is the plain name of the maker if the text has one; `carried` says that the words are of an earlier item.
    """

    words: frozenset[str]
    numbers: tuple[Token, ...]
    after: frozenset[str]
    brand: str | None
    carried: bool
    text: str


@dataclass
class _Carried:
    words: tuple[str, ...] = ()
    brand: str | None = None
    last: str = ""


def mentions(text: str, brands: Brands) -> Iterator[Mention]:
    """Yield what `text` names; `brands` are the makers that there are.

    An item without words takes those of the item before it on its line: the 3420 is a DeskJet as the 3325 is.
    """
    for line in _LINES.split(text):
        carried = _Carried()
        for item in _ITEMS.split(without_measures(line)):
            if item.strip():
                yield from _read(item, brands, carried)


def _read(item: str, brands: Brands, carried: _Carried) -> Iterator[Mention]:
    brand, rest = brands.split(item)
    found = tokens(rest)
    if brand:
        carried.brand, carried.words, carried.last = brand, (), ""
    numbers = tuple(t for t in found if t.number)
    first = next((n for n, t in enumerate(found) if t.number), len(found))
    words = tuple(t.text for t in found[:first] if t.text not in GENERIC)
    after = frozenset(t.text for t in found[first:] if not t.number)
    own = bool(words)
    if own:
        carried.words = words
    if not numbers:
        return
    yield Mention(frozenset(carried.words), numbers, after, carried.brand, not own, item.strip())
    if not own and len(numbers) == 1 and (full := _completed(numbers[0].text, carried.last)):
        yield Mention(frozenset(carried.words), (Token(full),), after, carried.brand, True, item.strip())
    if len(numbers) == 1 and not (not own and numbers[0].text.isdigit()):
        carried.last = numbers[0].text


_PREFIXED = re.compile(r"([a-z]+)(\d+)[a-z]*")


def _completed(number: str, last: str) -> str | None:
    """Return `number` with the letters that begin `last`: in "C5850/5950" the second is the C5950."""
    before = _PREFIXED.fullmatch(last)
    same = re.match(r"\d+", number)
    return before[1] + number if before and same and len(same[0]) == len(before[2]) else None


def modifiers(words: Collection[str]) -> frozenset[str]:
    """Return those of `words` that make another model of a short number."""
    return frozenset(words) & MODIFIERS
