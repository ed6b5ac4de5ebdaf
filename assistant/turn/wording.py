"""Values, titles and lists as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.catalogue.names import Names, plain
from assistant.catalogue.store import Catalogue
from assistant.product import Attribute, Availability, Language, Product
from assistant.reply import Reason
from assistant.turn.messages import say
from assistant.turn.phrase import money
from kg.compared import Fact, stated, variants

_EN_UNITS = {"in": ("inch", "inches"), "h": ("hour", "hours"), "year": ("year", "years"), "min": ("minute", "minutes")}
_A_YEAR = 1900
_LARGER = {"g": ("kg", 1000), "GB": ("TB", 1000), "mm": ("cm", 10), "ml": ("l", 1000), "min": ("h", 60)}
"""What a unit is written in once there is this much of it."""


def the(product: Product, language: Language) -> str:
    """Return a product's title with its article."""
    title = product.title(language)
    return title if language == "zh" or title.lower().startswith("the ") else f"the {title}"


def sentence(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]


def joined(language: Language, *sentences: str) -> str:
    """Return sentences one after the other; empty ones are left out."""
    return (" " if language == "en" else "").join(s for s in sentences if s)


def value_words(attribute: Attribute, names: Names, language: Language) -> str:
    """Return a value as it stands in a sentence."""
    if isinstance(attribute.value, Decimal) and attribute.name == "price":
        return money(attribute.value, attribute.unit or "USD", language)
    if attribute.name == "brand":
        return names.brand(str(attribute.value), language)
    if language == "en" and isinstance(attribute.value, Decimal):
        if attribute.unit == "pcs":
            return plain(attribute.value)
        if attribute.unit in _EN_UNITS and not (attribute.unit == "year" and attribute.value > _A_YEAR):
            return f"{plain(attribute.value)} {_EN_UNITS[attribute.unit][attribute.value != 1]}"
    if attribute.unit == "pcs" and isinstance(attribute.value, Decimal):
        return plain(attribute.value)
    return names.value(attribute, language)


def buyable(product: Product) -> bool:
    """Whether a product can be ordered now."""
    return product.availability is not Availability.OUT_OF_STOCK and product.stock != 0


def variant_values(
    catalogue: Catalogue, product: Product, keys: Sequence[str], language: Language
) -> tuple[dict[str, list[str]], list[Fact]]:
    """Return the values of `keys` over a product's variants, in words, with the ids that have them, and the facts."""
    values: dict[str, list[str]] = {}
    facts: list[Fact] = []
    ids = variants(catalogue.graph, product.id)
    for id_ in sorted(ids, key=lambda other: other != product.id):
        other = catalogue.product(id_)
        if other is None:
            continue
        for fact in (f for key in keys for f in stated(other).get(key, [])):
            word = value_words(fact.attribute, catalogue.names, language)
            values.setdefault(word, []).append(id_)
            facts.append(fact)
    return values, facts


def reasons(facts: Sequence[Fact], names: Names, language: Language) -> tuple[Reason, ...]:
    """Return facts as reasons for a card, each with its triple."""
    found = []
    for fact in facts:
        label, value = names.attribute(fact.attribute.name, language), value_words(fact.attribute, names, language)
        found.append(Reason(text=label + say("colon", language) + value, triple=fact.triple))
    return tuple(found)


def written(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a value counted in a base unit as people write it: 1200 g is 1.2 kg."""
    if unit in _LARGER and value >= _LARGER[unit][1]:
        larger, factor = _LARGER[unit]
        return (value / factor).quantize(Decimal("0.01")), larger
    return value, unit
