"""The products that others can be for, found by the numbers in their own names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.product import Product
from kg.relations.mentions import GENERIC, Brands, modifiers
from kg.relations.names import own_name, plain, tokens

_MODEL_KEYS = frozenset({"product_name", "model", "model_name", "model_number", "型号", "产品型号"})
_LEAST_PART = 3
_STRONG = 4
_MAKERS_OF_A_MODEL = 2
_OWN_SHARE = 0.7


@dataclass(frozen=True)
class Host:
    """How a product is called: words of its own name, its numbers (`titled`: those of its titles), their bases."""

    position: int
    brand: str
    words: frozenset[str]
    before: frozenset[str]
    modifiers: frozenset[str]
    titled: frozenset[str]
    numbers: frozenset[str]
    bases: frozenset[str]


def host(product: Product, position: int, brands: Brands) -> Host:
    """Read the own name of `product` from its titles, its model attributes and its part number."""
    brand = plain(product.brand or "")
    words: set[str] = set()
    before: set[str] = set()
    numbers: set[str] = set()
    bases: set[str] = set()
    texts = [own_name(title) for title in product.titles.values()]
    texts += [
        own_name(str(a.value), 1) for a in product.attributes if a.name in _MODEL_KEYS and isinstance(a.value, str)
    ]
    part = product.identifiers.get("mpn", "")
    if len(part) >= _LEAST_PART:
        texts.append(part)
    brand_words = {t.text for t in tokens(product.brand or "")} | {brand}
    titled: set[str] = set()
    for place, text in enumerate(texts):
        seen_number = False
        for token in tokens(brands.split(text)[1]):
            if token.number:
                seen_number = True
                numbers.add(token.text)
                if place < len(product.titles):
                    titled.add(token.text)
                bases.update(token.bases)
            elif token.text not in brand_words and token.text not in GENERIC:
                words.add(token.text)
                if not seen_number:
                    before.add(token.text)
    return Host(
        position, brand, frozenset(words), frozenset(before), modifiers(words), frozenset(titled),
        frozenset(numbers), frozenset(bases - numbers),
    )  # fmt: skip


class HostIndex:
    """Finds products by a number of their own names."""

    def __init__(self, products: Sequence[Product], brands: Brands) -> None:
        """Index all `products`; who may be for whom is decided when they are asked for."""
        self.hosts = [host(product, n, brands) for n, product in enumerate(products)]
        makers: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.hosts:
            for word in one.words:
                makers[word][one.brand] += 1
        self._maker = {
            word: brand for word, of in makers.items() for brand, n in of.most_common(1) if n >= _OWN_SHARE * of.total()
        }
        self._by_number: dict[str, list[Host]] = defaultdict(list)
        for one in self.hosts:
            for number in one.numbers | one.bases:
                self._by_number[number].append(one)
        # RJ45 is in the names of many makers' products: a standard, not a model.
        self._standards = {
            number
            for number, having in self._by_number.items()
            if len({one.brand for one in having}) > _MAKERS_OF_A_MODEL and strong(number)
        }

    def telling(self, word: str, brand: str) -> bool:
        """Whether `word` is the maker's own, as LaserJet is HP's: hardly another maker's products are called so."""
        return self._maker.get(word) == brand

    def having(self, number: str) -> Iterator[Host]:
        """Yield the products whose own name has `number`, as it is or as the base of one of its numbers."""
        if number not in self._standards:
            yield from self._by_number.get(number, ())


def strong(number: str) -> bool:
    """Whether `number` tells a model by itself: letters and at least two digits, four characters or more."""
    return len(number) >= _STRONG and not number.isdigit() and sum(c.isdigit() for c in number) > 1
