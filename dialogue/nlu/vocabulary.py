"""What shoppers can name in one catalogue: its kinds of products, brands, colours, values and facets, in both languages.

Read from the facts of the products and their labels in the glossary, so that another catalogue gives other words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from assistant.catalogue.glossary import Glossary
from assistant.catalogue.names import plain
from assistant.product import LANGUAGES, Attribute, Language, Product, Value
from assistant.understanding.understood import COLOUR_KEYS
from dialogue.nlu.templates import read_phrases

Words = Mapping[Language, tuple[str, ...]]

_LONGEST = {"en": 24, "zh": 10}
_VALUES_OF_ONE_KEY = 6
"""So that an attribute with hundreds of values is named no more often than one with a few."""
_NOT_SAID = {
    "type", "product_type", "accessory_type", "supply_type", "gender", "age_group", "model", "compatible_models",
    "compatible_with", "compatibility", "area", "level", "scale", "weight_class", "balance", "print_size",
}  # fmt: skip
_PURPOSES = {"sport", "room", "intended_use"}
_NO_FACET = re.compile(
    r"(?:(?:how|for|needs|uses|number|can|with|made|what|no|in)\b|多|带|可|需|用|.*\d|.?$|(?:tall|quiet|launched|wide|thick|heavy)$)",
    re.I,
)
_NO_FEATURE = re.compile(r"[可防无不]")
_NO_VALUE = re.compile(r"(?:with|no|without|size size|can|any|all) |size one|.*的$|[不可能]?.$|.*skin$", re.I)
_LEAD = re.compile(r"(?:支持|带|含|有(?!线))(?=..)")
_ENGLISH_UNITS = {
    "in": (" inch", "-inch", '"'), "GB": ("GB", " GB"), "TB": ("TB", " TB"), "Hz": ("Hz", " Hz"),
    "h": (" hour", " hours", "h"), "W": ("W", " watt"), "l": ("L", " litre", " liter"), "ml": ("ml", " ml"),
    "mAh": ("mAh", " mAh"), "MP": ("MP", " megapixel"), "cm": ("cm", " cm"), "kg": ("kg", " kg"),
}  # fmt: skip
_CHINESE_UNITS = {
    "in": ("寸", "英寸"), "GB": ("G", "GB"), "TB": ("T", "TB"), "Hz": ("Hz", "赫兹"), "h": ("小时",), "W": ("W", "瓦"),
    "l": ("升", "L"), "ml": ("毫升", "ml"), "mAh": ("毫安", "毫安时", "mAh"), "MP": ("万像素",), "cm": ("厘米", "cm"),
    "kg": ("公斤", "千克"),
}  # fmt: skip
_ADJECTIVE = re.compile(
    r".*(?:less|able|ible|proof|free|ed|ive|ic|al|ous|matic|ant|ent|dry|light|quiet|vegan|XL|ing)", re.I
)


class Kind(Value):
    """One kind of product with what is said of its products."""

    names: Words
    colours: Words
    attributes: Words
    """Values that go before the noun: `wireless`, `65 inch`, `cotton`."""
    features: Words
    """Values that a product has, for after "with" and 带: `viewfinder`, `16GB`."""
    purposes: Words
    facets: Words


class Vocabulary(Value):
    """The words of one catalogue."""

    kinds: tuple[Kind, ...]
    brands: tuple[Words, ...]

    @classmethod
    def from_products(cls, products: Iterable[Product], glossary: Glossary) -> Vocabulary:
        """Collect the words of `products`; labels that are activities (`hiking`) name no kind of product."""
        unsaid = {word for language in LANGUAGES for word in read_phrases(language).words["activities"]}
        by_kind: dict[str, list[Product]] = defaultdict(list)
        brands: dict[str, Words] = {}
        for product in products:
            if product.category:
                by_kind[product.category[-1]].append(product)
            if product.brand:
                brands.setdefault(product.brand.casefold(), _both(glossary.brand(product.brand)))
        names = {kind: _nouns(glossary.category(kind), unsaid) for kind in sorted(by_kind)}
        nouns = {noun.casefold() for words in names.values() for group in words.values() for noun in group}
        kinds = tuple(
            _kind(names[kind], by_kind[kind], glossary, nouns) for kind in sorted(by_kind) if all(names[kind].values())
        )
        return cls(kinds=kinds, brands=tuple(brands[key] for key in sorted(brands)))


def _both(labels: Mapping[Language, tuple[str, ...]]) -> Words:
    """Return labels in both languages; one that is missing is called by its name in the other."""
    known = next(iter(labels.values()))
    return {language: labels.get(language) or known for language in LANGUAGES}


def _uncapitalised(label: str) -> str:
    """Return `Air Fryers` as it is typed in a sentence; `TV` and `GPS watch` stay."""
    return " ".join(word.lower() if word[1:].islower() else word for word in label.split())


def _nouns(labels: Mapping[Language, tuple[str, ...]], unsaid: set[str]) -> Words:
    both = _both(labels)
    result: dict[Language, tuple[str, ...]] = {}
    for language in LANGUAGES:
        # "Keyboards and Mice" is the name of a shelf, not of a thing.
        names = [_uncapitalised(name) for name in both[language] if " and " not in name and "与" not in name]
        result[language] = tuple(dict.fromkeys(n for n in names if n.casefold() not in unsaid and "和" not in n))
    return result


def _kind(names: Words, products: list[Product], glossary: Glossary, nouns: set[str]) -> Kind:
    found: dict[str, dict[Language, dict[str, None]]] = defaultdict(lambda: {language: {} for language in LANGUAGES})
    counts: Counter[Attribute] = Counter(fact for product in products for fact in product.attributes)
    of_key: Counter[str] = Counter()
    for fact, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0].name, str(item[0].value))):
        # What a product has or has not is asked for by its name, not talked about as a property.
        for language in LANGUAGES if not isinstance(fact.value, bool) else ():
            for label in _both(glossary.attribute(fact.name))[language]:
                if not (_NO_FACET.match(label) or _ADJECTIVE.fullmatch(label)) and len(label) <= _LONGEST[language]:
                    found["facets"][language][label] = None
        of_key[fact.name] += 1
        if of_key[fact.name] <= _VALUES_OF_ONE_KEY and fact.name not in _NOT_SAID:
            for field, language, words in _said(fact, glossary):
                if words.casefold() not in nouns and len(words) <= _LONGEST[language] and not _NO_VALUE.match(words):
                    found[field][language][words] = None
    fields = ("colours", "attributes", "features", "purposes", "facets")
    said = {field: {language: tuple(found[field][language]) for language in LANGUAGES} for field in fields}
    return Kind(names=names, **said)


def _said(fact: Attribute, glossary: Glossary) -> Iterator[tuple[str, Language, str]]:
    """Yield the ways of naming a fact, each with the field of `Kind` that it belongs to."""
    if isinstance(fact.value, Decimal):
        for language, units in (("en", _ENGLISH_UNITS), ("zh", _CHINESE_UNITS)):
            for unit in units.get(fact.unit or "", ()):
                yield from _measure(plain(fact.value), unit, fact.unit or "", language)  # type: ignore[arg-type]
        return
    if fact.value is False or (isinstance(fact.value, str) and fact.value.isdigit()):
        return
    labels = _both(glossary.value(fact.value) if isinstance(fact.value, str) else glossary.attribute(fact.name))
    for language in LANGUAGES:
        for label in labels[language]:
            if fact.name in COLOUR_KEYS:
                yield "colours", language, label
            elif fact.name in _PURPOSES:
                yield "purposes", language, f"the {label}" if fact.name == "room" and language == "en" else label
            elif fact.name == "size":
                yield "attributes", language, f"size {label}" if language == "en" else f"{label.removesuffix('码')}码"
            else:
                said = _LEAD.sub("", label)
                yield "attributes", language, said
                # 纯素 is no more a thing that one has than "vegan" is.
                quality = _ADJECTIVE.fullmatch(labels["en"][0]) or _ADJECTIVE.fullmatch(said)
                if isinstance(fact.value, bool) and not (quality or _NO_FEATURE.match(said)):
                    yield "features", language, said


def _measure(number: str, unit: str, symbol: str, language: Language) -> Iterator[tuple[str, Language, str]]:
    if symbol == "MP" and language == "zh":
        if not number.isdecimal():
            return
        number = f"{int(number) * 100}"
    yield "attributes", language, number + unit
    if symbol in ("GB", "TB", "MP", "mAh", "Hz"):
        behind = {
            "GB": ("memory", "内存"),
            "TB": ("storage", "硬盘"),
            "MP": ("camera", "摄像头"),
            "mAh": ("battery", "电池"),
        }
        yield "features", language, number + unit
        if symbol in behind:
            noun = behind[symbol][LANGUAGES.index(language)]
            yield "features", language, number + unit + (f" {noun}" if language == "en" else noun)
