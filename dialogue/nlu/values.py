"""Draws the values that fill templates, so that every kind and every brand is about as frequent as any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import Generic, TypeVar

from assistant.product import LANGUAGES, Language
from dialogue.nlu import nouns
from dialogue.nlu.amounts import budget, price
from dialogue.nlu.templates import Phrases, read_phrases
from dialogue.nlu.vocabulary import Kind, Vocabulary

ENTITIES: Mapping[str, str] = {
    "product": "product", "products": "product", "singular": "product", "model": "product", "brand": "brand",
    "colour": "colour", "attribute": "attribute", "feature": "attribute", "adjective": "attribute",
    "purpose": "attribute", "occasion": "occasion", "interest": "attribute", "price": "price", "budget": "price",
    "facet": "facet", "facets": "facet", "how": "facet", "ordinal": "ordinal", "ordinals": "ordinal",
    "superlative": "superlative", "extreme": "superlative", "recipient": "recipient", "quantity": "quantity",
}  # fmt: skip
"""The entity that the value of each slot is marked as."""

MADE_UP_BRAND = 1 / 3
"""The share of brands that do not exist, so that the words around a brand are what is learnt."""
UNKNOWN_PRODUCT = 0.2
"""The share of nouns that come from the phrase book and not from the catalogue."""
MADE_UP_MODEL = 0.4
OTHER_LANGUAGE: Mapping[Language, float] = {"en": 0.02, "zh": 0.1}
"""The share of products, brands and attributes that are named in the other language."""
_FROM_BOOK = {"colour": 0.4, "attribute": 0.45, "feature": 0.6, "purpose": 0.7, "facet": 0.5}
_FIELDS = {
    "colour": "colours",
    "attribute": "attributes",
    "feature": "features",
    "purpose": "purposes",
    "facet": "facets",
}
_BOOK = {**_FIELDS, "facet": "facet", "adjective": "adjectives", "occasion": "occasions", "interest": "interests"}
_MIXED = ("product", "products", "singular", "attribute")

_SYLLABLES = (
    "ba bel bri cal cor da del dra el fen fi gal gro har ix jo ka kel lo lum ma mir mon nel no or pel "
    "qua ra ril ro sal sen so tar tek ti tor ul va vel vi vo wen xa yo za zen zor"
).split()
_ENDINGS = ("", "", "", "n", "x", "o", "ia", "tech", "sonic", "way", "ware", "ex")
_HAN_SYLLABLES = "安博创达德尔飞格海宏佳嘉凯科兰乐力丽美米诺普奇锐森盛思泰维沃欣雅亿优宇源悦云泽智卓"

T = TypeVar("T")


class Deck(Generic[T]):
    """Draws every card once before any is drawn again."""

    def __init__(self, cards: Sequence[T]) -> None:
        """`cards` must not be empty."""
        if not cards:
            raise ValueError("a deck needs at least one card")
        self._cards, self._left = list(cards), []  # type: tuple[list[T], list[T]]

    def draw(self, pick: Random) -> T:
        """Take the next card; the order is shuffled anew each time round."""
        if not self._left:
            self._left = pick.sample(self._cards, len(self._cards))
        return self._left.pop()


def made_up_brand(language: Language, pick: Random) -> str:
    """Return a brand that is nobody's: `Velmir`, `Torix`, 锐思, 佳维乐."""
    if language == "zh" and pick.random() < 0.6:
        return "".join(pick.sample(_HAN_SYLLABLES, pick.choice((2, 2, 3))))
    name = "".join(pick.sample(_SYLLABLES, pick.choice((2, 2, 3)))) + pick.choice(_ENDINGS)
    return name.upper() if len(name) < 6 and pick.random() < 0.2 else name.capitalize()


def made_up_model(pick: Random) -> str:
    """Return a model number: `X200`, `KD-45 Pro`, `Air 3`."""
    letters = "".join(pick.choices("ABCDEFGHKLMNPRSTVXZ", k=pick.choice((1, 2, 2, 3))))
    number = str(pick.choice((pick.randint(1, 20), pick.randint(1, 99) * 10, pick.randint(100, 9999))))
    stem = pick.choice(
        (
            letters + number,
            f"{letters}-{number}",
            f"{letters}{number}",
            f"{pick.choice(_SYLLABLES).capitalize()} {number}",
        )
    )
    return stem + pick.choice(("", "", "", " Pro", " Plus", " Max", " mini"))


class Values:
    """The values of one language, drawn from a vocabulary and a phrase book."""

    def __init__(self, vocabulary: Vocabulary, language: Language, pick: Random) -> None:
        """Draws are made with `pick`."""
        self._language, self._pick = language, pick
        self._other = LANGUAGES[1 - LANGUAGES.index(language)]
        self._book: Phrases = read_phrases(language)
        self._kinds, self._brands = Deck(vocabulary.kinds), Deck(vocabulary.brands)
        self._lists = {name: Deck(words) for name, words in self._book.words.items() if not isinstance(words, Mapping)}

    def kind(self) -> Kind:
        """Return the kind of product that an utterance is about."""
        return self._kinds.draw(self._pick)

    def draw(self, slot: str, kind: Kind, taken: Collection[str]) -> str:
        """Return a value for `slot` in an utterance about `kind` that is not one of `taken`."""
        for _ in range(20):
            value = self._draw(slot, kind)
            if value.casefold() not in taken:
                break
        return value

    def _draw(self, slot: str, kind: Kind) -> str:
        pick, language = self._pick, self._language
        if slot in _MIXED or slot == "brand":
            language = self._other if pick.random() < OTHER_LANGUAGE[language] else language
        match slot:
            case "price":
                return price(language, pick)
            case "budget":
                return budget(language, pick)
            case "brand":
                if pick.random() < MADE_UP_BRAND:
                    return made_up_brand(language, pick)
                return pick.choice(self._brands.draw(pick)[language])
            case "model":
                return made_up_model(pick) if pick.random() < MADE_UP_MODEL else self._lists["models"].draw(pick)
            case "product" | "products" | "singular":
                return self._noun(slot, kind, language)
        field = _FIELDS.get(slot)
        own: tuple[str, ...] = getattr(kind, field)[language] if field else ()
        if own and (pick.random() >= _FROM_BOOK[slot] or language != self._language):
            return pick.choice(own)
        return self._lists[_BOOK.get(slot, slot)].draw(pick)

    def _noun(self, slot: str, kind: Kind, language: Language) -> str:
        pick = self._pick
        if pick.random() < UNKNOWN_PRODUCT:
            noun = self._lists["products"].draw(pick)
            while slot == "singular" and self._language == "en" and nouns.number(noun) != "singular":
                noun = self._lists["products"].draw(pick)
            return nouns.plural(noun) if slot == "products" and self._language == "en" else noun
        names = kind.names[language]
        if language == "zh":
            return pick.choice(names)
        if slot == "singular":
            names = tuple(name for name in names if nouns.number(name) == "singular") or names
        name = pick.choice(names)
        return nouns.plural(name) if slot == "products" else name
