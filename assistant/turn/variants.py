"""Which variant of a product goes into the cart: the one that is named, or the choice that has to be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.catalogue.store import Catalogue
from assistant.product import Language, Product
from assistant.turn.wording import buyable, value_words
from assistant.understanding.stating import meets
from assistant.understanding.topics import SIZE_KEYS
from assistant.understanding.understood import COLOUR_KEYS, Understood
from kg.compared import stated, variants

_KEYS = (*COLOUR_KEYS, *SIZE_KEYS)


@dataclass(frozen=True)
class Choice:
    """What has to be asked: the attribute, and its values in words with the variant that has each."""

    key: str
    options: dict[str, Product]


def chosen_variant(catalogue: Catalogue, product: Product, message: Understood, language: Language) -> Product | Choice:
    """Return the variant of `product` that a message means, or the choice between several that can be had.

    Only values that the shopper can't have seen are asked for: a title that says "black" is chosen as black.
    """
    group = [p for id_ in variants(catalogue.graph, product.id) if (p := catalogue.product(id_))]
    if len(group) < 2:
        return product
    kept = group
    for constraint in message.constraints:
        if constraint.attribute in _KEYS and (fitting := [p for p in kept if meets(p, constraint)]):
            kept = fitting
    for key in _keys(group):
        kept = _narrowed(kept, product, key, message.parse.text, catalogue, language)
    if product in kept and len(kept) == 1:
        return product
    for key in _keys(group):
        options: dict[str, Product] = {}
        for other in kept:
            if buyable(other):
                options.setdefault(_value(other, key, catalogue, language), other)
        if len(options) > 1:
            return Choice(key, options)
    return product if product in kept else next((p for p in kept if buyable(p)), kept[0])


def named_among(options: list[Product], key: str, text: str, catalogue: Catalogue) -> list[Product]:
    """Return those of `options` whose value of `key` a message names: "42", 42码, "the red one"."""
    return [p for p in options if any(_said(word, text) for word in _every_word(p, key, catalogue))]


def _keys(group: list[Product]) -> list[str]:
    """Return the attributes in which variants differ, colours before sizes."""
    return [key for key in _KEYS if len({tuple(f.attribute for f in stated(p).get(key, ())) for p in group} - {()}) > 1]


def _value(product: Product, key: str, catalogue: Catalogue, language: Language) -> str:
    facts = stated(product).get(key, [])
    return " / ".join(value_words(f.attribute, catalogue.names, language) for f in facts)


def _narrowed(
    kept: list[Product], product: Product, key: str, text: str, catalogue: Catalogue, language: Language
) -> list[Product]:
    """Keep the variants whose value a message names in its own words, else those like the one whose title names it."""
    spoken = [p for p in kept if any(_said(w, text) for w in _every_word(p, key, catalogue))]
    if spoken and len({_value(p, key, catalogue, language) for p in spoken}) == 1:
        return spoken
    own = _value(product, key, catalogue, language)
    titles = " ".join(product.titles.values()).casefold()
    others = [p for p in kept if _value(p, key, catalogue, language) != own]
    # "Nickel copper" is pink to the catalogue: a title that no other colour has says which it is.
    apart = key in COLOUR_KEYS and all(p.title(language) != product.title(language) for p in others)
    if own and (apart or any(_said(word, titles) for word in _every_word(product, key, catalogue))):
        return [p for p in kept if _value(p, key, catalogue, language) == own] or kept
    return kept


def _every_word(product: Product, key: str, catalogue: Catalogue) -> set[str]:
    """Return a value in both languages, and the bare number of a size: `EU 42`, `42`."""
    words = {_value(product, key, catalogue, "en"), _value(product, key, catalogue, "zh")} - {""}
    return words | {n for word in words if key in SIZE_KEYS for n in re.findall(r"\d+(?:\.\d+)?", word)}


def _said(word: str, text: str) -> bool:
    edge = r"(?<![a-z0-9.]){}(?![a-z0-9.])" if word.isascii() else "{}"
    return bool(re.search(edge.format(re.escape(word.casefold())), text.casefold()))
