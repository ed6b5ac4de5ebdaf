"""Makers' series: stated in attributes, or the line name that several products of one maker and category begin with."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.product import Product
from kg.derivations import Derivation, InSeries
from kg.relations.kinds import role
from kg.relations.mentions import GENERIC, Brands
from kg.relations.names import MODIFIERS, own_name, plain, tokens

METHOD = "series"
CONFIDENCE = {"stated": 0.9, "title": 0.87, "letters": 0.95}
"""(right + 1) / (labelled + 2) of the memberships labelled by hand in tests/data/relations/series.csv."""

_KEYS = frozenset(
    "series product_series product_family family product_line range product_range collection 系列 产品系列".split()
)
_LEAST = 3
_LONGEST = 3
_OWN_SHARE = 0.95
_LETTERED = re.compile(r"([a-z]{1,2})\d")
_USED = ("titles", *sorted(_KEYS))
_DESCRIPTION = (
    "The series that an attribute states, or the words before the model number that at least "
    f"{_LEAST} different products of one maker and category begin with and that no other maker uses; the confidence is the "
    "share of memberships labelled by hand that were right."
)


@dataclass(frozen=True)
class _Line:
    """What a product's own name begins with: `words` up to its first number, `shown` as they are written, the `rest`."""

    position: int
    brand: str
    category: tuple[str, ...]
    words: tuple[str, ...]
    shown: str
    rest: tuple[str, ...]

    @property
    def letters(self) -> str:
        """The letters that its first number begins with: the T of a T490."""
        found = _LETTERED.match(self.rest[0]) if self.rest else None
        return found[1] if found else ""


def series(products: Sequence[Product], advance: Callable[[int], None] = lambda _: None) -> Derivation:
    """Work out which products belong to which series of their maker."""
    members: list[InSeries] = []
    brands = Brands({p.brand for p in products if p.brand})
    lines: list[_Line] = []
    for n, product in enumerate(products):
        stated = list(_stated(product))
        members += stated
        if not stated and (line := _line(product, n, brands)):
            lines.append(line)
        advance(1)
    members += _from_titles(products, lines)
    return Derivation(METHOD, _DESCRIPTION, _USED, series=tuple(members))


def _stated(product: Product) -> Iterator[InSeries]:
    for attribute in product.attributes:
        if product.brand and attribute.name in _KEYS and isinstance(attribute.value, str):
            name = " ".join(attribute.value.split())
            if name and plain(name) != plain(product.brand):
                yield InSeries(product.id, product.brand, name, CONFIDENCE["stated"], f"{attribute.name} says so")


def _line(product: Product, position: int, brands: Brands) -> _Line | None:
    # What is for a printer of the LaserJet series is not of that series.
    if not product.brand or not product.category or role(product.category):
        return None
    brand, name = brands.split(own_name(_title(product)))
    if brand != plain(product.brand):
        return None
    texts = [t.text for t in tokens(name)]
    start = next((n for n, text in enumerate(texts) if text not in GENERIC), 0)
    end = next((n for n, t in enumerate(tokens(name)) if t.number), len(texts))
    words = tuple(texts[start : min(end, start + _LONGEST)])
    return _Line(position, brand, product.category, words, name, tuple(texts[start + len(words) :])) if words else None


def _title(product: Product) -> str:
    return product.titles.get("en") or next(iter(product.titles.values()))


def _from_titles(products: Sequence[Product], lines: Sequence[_Line]) -> Iterator[InSeries]:
    own = _own_words(products)
    followed: dict[tuple[str, tuple[str, ...], tuple[str, ...]], set[tuple[str, ...]]] = defaultdict(set)
    lettered: dict[tuple[str, tuple[str, ...], tuple[str, ...], str], set[str]] = defaultdict(set)
    spelled: dict[tuple[str, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for line in lines:
        for length in range(1, len(line.words) + 1):
            words = line.words[:length]
            followed[line.brand, line.category, words].add(line.words[length:] + line.rest)
            spelled[line.brand, words][_spelled(line.shown, words)] += 1
        if line.letters:
            lettered[line.brand, line.category, line.words, line.letters].add(line.rest[0])
    for line in lines:
        product = products[line.position]
        for length in range(len(line.words), 0, -1):
            words = line.words[:length]
            count = len(followed[line.brand, line.category, words])
            if count < _LEAST or not _is_name(words, line.brand, own):
                continue
            name = spelled[line.brand, words].most_common(1)[0][0]
            yield _member(product, name, "title", count)
            several = lettered[line.brand, line.category, words, line.letters] if line.letters else set()
            if length == len(line.words) and len(several) >= _LEAST and words[-1] != line.letters:
                yield _member(product, f"{name} {line.letters.upper()}", "letters", len(several))
            break


def _member(product: Product, name: str, band: str, count: int) -> InSeries:
    evidence = f"{count} products of {product.brand} in {product.category[-1]} begin with “{name}”"
    return InSeries(product.id, product.brand or "", name, CONFIDENCE[band], evidence)


def _own_words(products: Sequence[Product]) -> set[tuple[str, str]]:
    """Return (maker, word) for the words that are written as a name and hardly in another maker's own names."""
    makers: dict[str, Counter[str]] = defaultdict(Counter)
    as_name: Counter[str] = Counter()
    for product in products:
        for title in product.titles.values():
            brand = plain(product.brand or "")
            for word in set(own_name(title).replace("™", "").replace("®", "").split()):
                key = word.strip(",.:;()").casefold()
                makers[key][brand] += 1
                as_name[key] += word != word.lower()
    return {
        (brand, word)
        for word, of in makers.items()
        for brand, count in of.most_common(1)
        if word not in GENERIC and count >= _OWN_SHARE * of.total() and as_name[word] >= _OWN_SHARE * of.total()
    }


def _is_name(words: tuple[str, ...], brand: str, own: set[tuple[str, str]]) -> bool:
    """Whether `words` begin with a word of the maker's own and end with one, or with a grade such as Pro."""
    return (
        len(set(words)) == len(words)
        and (brand, words[0]) in own
        and all((brand, w) in own or w in MODIFIERS for w in words[1:])
    )


def _spelled(name: str, words: tuple[str, ...]) -> str:
    """Return the part of `name` that `words` were read from."""
    parts = name.replace("™", " ").replace("®", " ").split()
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            if tuple(t.text for t in tokens(" ".join(parts[start:end]))) == words:
                return " ".join(parts[start:end]).strip(",.:;")
    return " ".join(words)
