"""What is compared of each product, and how telling each word is in the feeds at hand."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import webcolors

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.matching_words import Measures, Words, gather, measure, words_of
from assistant.product import Language, Product

_SPLIT = re.compile(r"[,/;&+、，]|\band\b")
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[一-鿿]")
_COLOURS = frozenset(webcolors.names(webcolors.CSS3))
"""Colours that every catalogue knows (CSS Color Module Level 3); a catalogue's own are added."""
_COMMON_COLOUR = 2
_SHORTEST_COLOUR = 3
_MODEL_TITLES, _MODEL_SHARE = 20, 0.005


@dataclass(frozen=True)
class Facts:
    """The attributes of a product: `numbers` with units apart, `texts` as word sets, `flags`, all by key."""

    numbers: dict[str, Measures]
    texts: dict[str, frozenset[str]]
    flags: dict[str, bool]


@dataclass(frozen=True)
class Profile:
    """A product as it is compared; `words` has the title in every language it has one in."""

    place: int
    product: Product
    brand: str | None
    words: dict[Language, Words]
    vocabulary: Vocabulary

    @cached_property
    def everything(self) -> frozenset[str]:
        """All words of all titles."""
        return frozenset[str]().union(*(words.all for words in self.words.values()))

    @cached_property
    def brand_words(self) -> frozenset[str]:
        """The words of the brand's name, as they would be in a title."""
        name = self.vocabulary.brand_name(self.product.brand)
        return words_of(name, self.vocabulary.names).all if name else frozenset()

    @cached_property
    def codes(self) -> frozenset[str]:
        """The model codes of all titles, less what too many have to be a model (`ddr4`, `usb3`)."""
        written = frozenset[str]().union(*(words.codes for words in self.words.values()))
        return frozenset(code for code in written if self.vocabulary.names_model(code))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The bare numbers of all titles."""
        return frozenset[str]().union(*(words.numbers for words in self.words.values()))

    @cached_property
    def measures(self) -> Measures:
        """The measures of all titles."""
        return gather((u, a) for words in self.words.values() for u, amounts in words.measures.items() for a in amounts)

    @cached_property
    def facts(self) -> Facts:
        """The attributes."""
        numbers: dict[str, list[tuple[str, float]]] = {}
        texts: dict[str, set[str]] = {}
        flags: dict[str, bool] = {}
        for fact in self.product.attributes:
            if isinstance(fact.value, bool):
                flags[fact.name] = fact.value
            elif isinstance(fact.value, Decimal):
                numbers.setdefault(fact.name, []).append(measure(fact.value, fact.unit))
            else:
                texts.setdefault(fact.name, set()).update(self.vocabulary.read(fact.value))
        return Facts(
            {key: gather(values) for key, values in numbers.items()},
            {key: frozenset(words) for key, words in texts.items()},
            flags,
        )

    @cached_property
    def measured(self) -> Measures:
        """The measures of the titles and of the attributes."""
        return gather(
            (unit, amount)
            for group in (self.measures, *self.facts.numbers.values())
            for unit, amounts in group.items()
            for amount in amounts
            if unit
        )

    @cached_property
    def colours(self) -> frozenset[str]:
        """The colour words of the attributes and of the titles."""
        stated = (words for key, words in self.facts.texts.items() if self.vocabulary.is_colour(key))
        return frozenset[str]().union(*stated, self.everything & self.vocabulary.colours)


class Vocabulary:
    """The words of some feeds: what a Chinese name is in English, which words are colours, how rare each is."""

    def __init__(self, products: Sequence[Product], glossary: Glossary) -> None:
        """Read `products` of all feeds."""
        self._glossary = glossary
        self.names, self._brands = _names(products, glossary), _brands(products, glossary)
        self._read: dict[str, frozenset[str]] = {}
        self._colour_keys: dict[str, bool] = {}
        self._colour_names = {
            label.casefold().replace(" ", "_") for labels in glossary.attribute("colour").values() for label in labels
        }
        counts = Counter(
            word
            for product in products
            for fact in product.attributes
            if isinstance(fact.value, str) and self.is_colour(fact.name)
            for word in self.one_word(fact.value)
        )
        self.colours = _COLOURS | {word for word, count in counts.items() if count >= _COMMON_COLOUR}
        self.profiles = [self._profile(place, product) for place, product in enumerate(products)]
        self._sizes = Counter(product.source for product in products)
        self._counts: dict[str | None, Counter[str]] = {}
        self._branded: dict[tuple[str | None, str | None], Counter[str]] = {}
        for profile in self.profiles:
            source = profile.product.source
            self._counts.setdefault(source, Counter()).update(profile.everything)
            self._branded.setdefault((source, profile.brand), Counter()).update(profile.everything)
        self._all = sum(self._counts.values(), Counter[str]())

    def _profile(self, place: int, product: Product) -> Profile:
        words = {language: words_of(title, self.names) for language, title in product.titles.items()}
        return Profile(place, product, self.brand(product.brand), words, self)

    def brand_name(self, name: str | None) -> str | None:
        """Return the catalogue's own name of a brand."""
        return self._brands.get(name.casefold(), name) if name else None

    def brand(self, name: str | None) -> str | None:
        """Return the one spelling of a brand, in lower case without spaces and points."""
        known = self.brand_name(name)
        return "".join(_WORD.findall(known.casefold())) or None if known else None

    def is_colour(self, key: str) -> bool:
        """Tell whether an attribute is a colour by its name (`colour`, `product_colour`, `printing_colours`, `颜色`)."""
        if (known := self._colour_keys.get(key)) is None:
            known = any(key == name or key.rstrip("s").endswith(f"_{name}") for name in self._colour_names)
            self._colour_keys[key] = known
        return known

    def read(self, value: str) -> frozenset[str]:
        """Return the words of an attribute's text, in English where the glossary knows it."""
        if (known := self._read.get(value)) is None:
            known = self._read[value] = frozenset[str]().union(*self._parts(value))
        return known

    def one_word(self, value: str) -> Iterator[str]:
        """Yield the parts of an attribute's text ("black, white") that are a word and no more."""
        for words in self._parts(value):
            if len(words) == 1 and len(next(iter(words))) >= _SHORTEST_COLOUR:
                yield from words

    def _parts(self, value: str) -> Iterator[frozenset[str]]:
        for part in _SPLIT.split(value):
            words = (word.casefold() for word in _WORD.findall(self.names.get(part.strip(), part)))
            yield frozenset("grey" if word == "gray" else word for word in words)

    def rarity(self, word: str) -> float:
        """Return the inverse document frequency of a word over all feeds (Spärck Jones 1972), smoothed, at least 0."""
        return math.log((1 + len(self.profiles)) / (1 + self._all[word]))

    def count(self, word: str) -> int:
        """Return in how many titles a word is."""
        return self._all[word]

    def names_model(self, code: str) -> bool:
        """Tell whether so few titles have a code that it can be the name of a model."""
        return self._all[code] <= max(_MODEL_TITLES, _MODEL_SHARE * len(self.profiles))

    def used(self, word: str, profile: Profile) -> bool:
        """Tell whether the feed of `profile` has `word` in titles of the same brand: it would have said so, then."""
        return self._branded[profile.product.source, profile.brand][word] > 0


def _names(products: Sequence[Product], glossary: Glossary) -> dict[str, str]:
    """Return what each Chinese name of a brand, kind or value of `products` is in English; all of it, if it is several."""
    found: dict[str, list[str]] = {}
    values = {fact.value for product in products for fact in product.attributes if isinstance(fact.value, str)}
    kinds = {step for product in products for step in product.category}
    brands = {product.brand for product in products if product.brand}
    for names, labels in ((values, glossary.value), (kinds, glossary.category), (brands, glossary.brand)):
        for name in sorted(names):
            if not _has_han(name):
                for label in labels(name).get("zh", ()):
                    if _has_han(label):
                        found.setdefault(label, []).append(name)
    return {label: " ".join(dict.fromkeys(names)) for label, names in found.items()}


def _brands(products: Sequence[Product], glossary: Glossary) -> dict[str, str]:
    """Return the brand of `products` that each name of a brand stands for, the shortest if it is several."""
    found: dict[str, list[str]] = {}
    for brand in sorted({product.brand for product in products if product.brand}):
        for group in glossary.brand(brand).values():
            for label in group:
                found.setdefault(label.casefold(), []).append(brand)
    return {
        label: min(
            brands,
            key=lambda brand: (brand.casefold() == label and len(brands) > 1, _has_han(brand), len(brand), brand),
        )
        for label, brands in found.items()
    }


def _has_han(text: str) -> bool:
    return bool(_HAN.search(text))
