"""What of a product is read: a short passage for the transformers, a long document for the lexical index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from assistant.product import LANGUAGES, Attribute, Language, Product

Shown = Callable[[str], Iterable[str]]
"""Maps a category name to its one name in each language."""
LabelsIn = Callable[[str, Language], Iterable[str]]
"""Maps a category, brand or word value to its names and synonyms in one language."""

_PASSAGE_ATTRIBUTES = 8
_ATTRIBUTE_LENGTH = 40


def attribute_text(attribute: Attribute) -> str:
    """Return a fact in words: `noise cancelling`, `screen size 6.1 in`; empty when it says that something is absent."""
    name = attribute.name.replace("_", " ").strip()
    if isinstance(attribute.value, bool):
        return name if attribute.value else ""
    return f"{name} {attribute.value} {attribute.unit or ''}".strip()


def _titles(product: Product) -> list[str]:
    return [product.titles[language] for language in LANGUAGES if language in product.titles]


def _says(title: str, fact: str) -> bool:
    """Whether a title has a fact's words as words of its own: "128GB" does not say 8GB."""
    return bool(re.search(rf"(?<![A-Za-z0-9.]){re.escape(fact)}(?![A-Za-z0-9])", title, re.I))


def passage(product: Product, shown: Shown) -> str:
    """Return the text that the encoder and the reranker read, most telling words first (they cut its end)."""
    titles = _titles(product)
    brand = [product.brand] if product.brand and not any(product.brand.lower() in t.lower() for t in titles) else []
    leaf = (
        list({n.lower(): n for n in (*shown(product.category[-1]), product.category[-1])}.values())
        if product.category
        else []
    )
    # Values are what shoppers ask for; their names take tokens and add little.
    facts = [
        attribute_text(a) if isinstance(a.value, bool) else f"{a.value}{a.unit or ''}"
        for a in product.attributes
        if not (isinstance(a.value, str) and len(a.value) > _ATTRIBUTE_LENGTH)
    ]
    facts = [fact for fact in facts if fact and not any(_says(title, fact) for title in titles)]
    return ". ".join([*titles, " ".join([*brand, *leaf]), ", ".join(facts[:_PASSAGE_ATTRIBUTES])])


def document(product: Product, labels: LabelsIn) -> str:
    """Return the text that the lexical index holds: titles, brand, descriptions, word values, codes.

    In a language that the product has no title in, its kind, brand and values are added by their labels, so that
    打印机 finds an English catalogue's printers. In its own language its own words are best: synonyms, names of
    attributes and bare numbers stand in every product of a kind and blur the rest (nDCG@10 0.65 against 0.73 on the
    development ratings). The title says what a product is: it counts twice.
    """
    words: list[str] = [*_titles(product), *_titles(product), product.brand or "", *product.descriptions.values()]
    values = [a.value for a in product.attributes if isinstance(a.value, str)]
    words += values
    words += product.identifiers.values()
    for language in LANGUAGES:
        if language not in product.titles:
            for name in (*product.category, *([product.brand] if product.brand else ()), *values):
                words += labels(name, language)
    return "\n".join(word for word in words if word)
