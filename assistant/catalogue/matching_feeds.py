"""Second feeds of a catalogue, written as another shop would write them, so that it is known which products are the same."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.matching_features import vetoes
from assistant.catalogue.matching_profile import Profile, Vocabulary
from assistant.product import Attribute, Language, Money, Product

_SECOND = "second"
_LOOKED_AT = 50
"""Products of one code that a further one is compared with; codes of more are no models (`ddr3`)."""
_DESCRIBED = 3000
_MISSING = 0.3
"""Of the products of the second feed, the share that the first does not have: their nearest relatives tempt."""
_DROPPED, _KEPT_FACTS, _WRONG = 0.1, 0.3, 0.05
_EXTRA: dict[Language, tuple[str, ...]] = {
    "en": ("New", "Official", "Genuine", "(UK stock)", "- 2 year warranty", "| Free delivery", "Bestseller"),
    "zh": ("【正品】", "官方", "全新", "【包邮】", "新款", "国行", "（顺丰发货）"),
}
_SPELLINGS = (
    (re.compile(r"(?<=\d) (?=(?:GB|TB|mm|cm|kg|g|W|Hz|ml|MP)\b)"), ""),
    (re.compile(r"(?<=\d)-inch\b"), '"'),
    (re.compile(r"(?<=\d)英寸"), "寸"),
)


@dataclass(frozen=True)
class TwoFeeds:
    """Products of two sources and the pairs (id of the first, id of the second) that are the same."""

    name: str
    first: list[Product]
    second: list[Product]
    same: frozenset[tuple[str, str]]


def half(product: Product) -> int:
    """Return 0 (training) or 1 (test) for a product, by its id, so that no product is in both."""
    return zlib.crc32(product.id.encode()) % 2


def second_feeds(products: Sequence[Product], glossary: Glossary, part: int, seed: int) -> list[TwoFeeds]:
    """Return second feeds of one half of a catalogue: retitled if most have titles in both languages, else from its descriptions."""
    ours = [product for product in products if half(product) == part]
    if 2 * sum(product.titles.keys() >= {"en", "zh"} for product in ours) < len(ours):
        return [described(ours, glossary, _DESCRIBED, seed)]
    return [
        retitled(ours, glossary, "en", seed=seed),
        retitled(ours, glossary, "zh", seed=seed),
        retitled(ours, glossary, "zh", "en", seed=seed),
    ]


def described(products: Iterable[Product], glossary: Glossary, count: int, seed: int = 0) -> TwoFeeds:
    """Return a second feed whose titles are what suppliers wrote in the description, without codes and attributes.

    In Icecat the short description comes from another hand than the title. Products whose description only
    repeats the title are left out. So are those that Icecat itself has twice, of the same brand with the same model code
    and without contradiction: nobody can say which of the two is meant.
    """
    chance = random.Random(seed)
    known = _once(list(products), glossary)
    fit = [p for p in known if len(p.description("en")) > 10 and not _repeats(p)]
    chosen = chance.sample(fit, min(count, len(fit)))
    second = [
        _second(p, chance).model_copy(
            update={
                "titles": {"en": f"{p.brand or ''} {' '.join(p.description('en').split())[:150]}".strip()},
                "attributes": (),
            }
        )
        for p in chosen
    ]
    return _feeds("descriptions", known, second, chance)


def retitled(
    products: Iterable[Product], glossary: Glossary, language: Language, first: Language | None = None, seed: int = 0
) -> TwoFeeds:
    """Return a second feed in `language` only, titled by rules: order, left out and added words, units, names of colours.

    With `first`, the first feed has only titles in that language.
    """
    chance = random.Random(seed)
    known = [p for p in products if language in p.titles and (first is None or first in p.titles)]
    spoken: dict[str, list[Attribute]] = {}
    for product in known:
        for fact in product.attributes:
            spoken.setdefault(fact.name, []).append(fact)
    second = [
        _second(p, chance).model_copy(
            update={
                "titles": {language: _retitle(p, glossary, language, chance)},
                "brand": _brand(p, glossary, language),
                "attributes": tuple(
                    _other_unit(_restated(fact, spoken[fact.name], chance))
                    for fact in p.attributes
                    if chance.random() < _KEPT_FACTS
                ),
            }
        )
        for p in known
    ]
    if first:
        known = [p.model_copy(update={"titles": {first: p.titles[first]}, "descriptions": {}}) for p in known]
    return _feeds(f"retitled {language}" + (f" against {first}" if first else ""), known, second, chance)


def _once(products: list[Product], glossary: Glossary) -> list[Product]:
    kept: dict[tuple[str | None, str], list[Profile]] = {}
    once: list[Product] = []
    for profile in Vocabulary(products, glossary).profiles:
        named = [(profile.brand, code) for code in sorted(profile.codes)]
        if not any(not vetoes(other, profile) for key in named for other in kept.get(key, ())[:_LOOKED_AT]):
            once.append(profile.product)
            for key in named:
                kept.setdefault(key, []).append(profile)
    return once


def _repeats(product: Product) -> bool:
    words = set(product.description("en").casefold().split())
    title = set(product.title("en").casefold().split())
    return words <= title or title <= words


def _restated(fact: Attribute, others: Sequence[Attribute], chance: random.Random) -> Attribute:
    # Shops err, and use the same word for different things.
    wrong = not isinstance(fact.value, Decimal) and fact.name != "colour" and chance.random() < _WRONG
    return chance.choice(others) if wrong else fact


def _other_path(path: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    return chance.choice(((), path[-1:], path[:1], path))


def _second(product: Product, chance: random.Random) -> Product:
    factor = Decimal(str(round(chance.uniform(0.85, 1.15), 3)))
    price = product.price and Money(
        amount=(product.price.amount * factor).quantize(Decimal("0.01")), currency=product.price.currency
    )
    return product.model_copy(
        update={
            "id": f"{_SECOND}-{product.id}",
            "source": _SECOND,
            "price": price,
            "list_price": None,
            "identifiers": {},
            "descriptions": {},
            "related": (),
            "group": None,
            "reviews": (),
            "images": (),
            "category": _other_path(product.category, chance),
        }
    )


def _feeds(name: str, known: Sequence[Product], second: Sequence[Product], chance: random.Random) -> TwoFeeds:
    ids = {product.id.removeprefix(f"{_SECOND}-") for product in second}
    gone = set(chance.sample(sorted(ids), round(len(ids) * _MISSING)))
    first = [p.model_copy(update={"source": "first"}) for p in known if p.id not in gone]
    same = frozenset((id_, f"{_SECOND}-{id_}") for id_ in ids - gone)
    return TwoFeeds(name, first, list(second), same)


def _brand(product: Product, glossary: Glossary, language: Language) -> str | None:
    names = glossary.brand(product.brand).get(language) if product.brand else None
    return names[0] if names else product.brand


def _retitle(product: Product, glossary: Glossary, language: Language, chance: random.Random) -> str:
    title = product.titles[language]
    for pattern, spelling in _SPELLINGS:
        if chance.random() < 0.5:
            title = pattern.sub(spelling, title)
    for fact in product.attributes:
        if fact.name == "colour" and isinstance(fact.value, str):
            names = glossary.value(fact.value).get(language, ())
            said = next(
                (name for name in sorted(names, key=len, reverse=True) if name.casefold() in title.casefold()), None
            )
            if said:
                title = re.sub(re.escape(said), chance.choice(names), title, count=1, flags=re.I)
    words = title.split()
    kept = [w for w in words if chance.random() >= _DROPPED or any(c.isdigit() for c in w)] or words
    if len(kept) > 3 and chance.random() < 0.5:
        kept = [kept[-1], *kept[:-1]] if chance.random() < 0.5 else [*kept[1:], kept[0]]
    if chance.random() < 0.6:
        kept.insert(chance.choice((0, len(kept))), chance.choice(_EXTRA[language]))
    return " ".join(kept)


_UNITS = {"kg": ("g", Decimal(1000)), "g": ("kg", Decimal("0.001")), "TB": ("GB", Decimal(1024))}


def _other_unit(fact: Attribute) -> Attribute:
    if not isinstance(fact.value, Decimal) or isinstance(fact.value, bool) or fact.unit not in _UNITS:
        return fact
    unit, factor = _UNITS[fact.unit]
    return Attribute(name=fact.name, value=fact.value * factor, unit=unit)
