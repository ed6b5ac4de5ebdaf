"""Products that are the same made into one: its offers, the best first, and all that the feeds know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from assistant.product import Attribute, Availability, Offer, Product

Rates = Mapping[str, Decimal]
"""Units of each currency that one unit of a common one buys."""

_Key = TypeVar("_Key")
_Text = TypeVar("_Text")
_ID_AT = "id@"


def known_as(product: Product) -> dict[str, str]:
    """Return the ids that a united product had in its other feeds, by the name of the feed."""
    return {
        scheme.removeprefix(_ID_AT): code for scheme, code in product.identifiers.items() if scheme.startswith(_ID_AT)
    }


def best_first(offers: Sequence[Offer], rates: Rates) -> tuple[Offer, ...]:
    """Return `offers` without repetitions: what can be had before what cannot, then the cheapest, then as given.

    Prices in different currencies are compared by `rates`; where a rate is missing, prices do not decide.
    """
    distinct = list(dict.fromkeys(offers))
    currencies = {offer.price.currency for offer in distinct if offer.price}
    comparable = len(currencies) < 2 or currencies <= rates.keys()

    def order(offer: Offer) -> tuple[bool, bool, Decimal]:
        amount = Decimal(0)
        if offer.price and comparable:
            amount = offer.price.amount / (rates[offer.price.currency] if len(currencies) > 1 else 1)
        return offer.availability == Availability.OUT_OF_STOCK, offer.price is None, amount

    return tuple(sorted(distinct, key=order))


def unite(products: Sequence[Product], rates: Rates) -> Product:
    """Return one product for `products`, which are the same in several feeds; where they disagree the first one wins.

    It keeps the id of the first; the other ids stay under `identifiers` as `id@FEED`. The rating is that of the first
    that has one, together with its count.
    """
    first = products[0]
    offers = best_first([offer for product in products for offer in product.offers], rates)
    rated = next((product for product in products if product.rating is not None), first)
    placed = next((product for product in products if product.category and "category" not in product.derived), None)
    placed = placed or next((product for product in products if product.category), first)
    reviews = _distinct(review for product in products for review in product.reviews)
    ids = {f"{_ID_AT}{product.source}": product.id for product in products[1:] if product.id != first.id}
    return Product(
        id=first.id,
        titles=_first(product.titles for product in products),
        descriptions=_first(product.descriptions for product in products),
        brand=next((product.brand for product in products if product.brand), None),
        category=placed.category,
        derived=placed.derived,
        rating=rated.rating,
        review_count=max(rated.review_count, len(reviews)),
        images=_distinct(image for product in products for image in product.images),
        attributes=_facts(products),
        related=_distinct(relation for product in products for relation in product.related),
        identifiers=_first([*(product.identifiers for product in products), ids]),
        group=next((product.group for product in products if product.group), None),
        reviews=reviews,
        other_offers=offers[1:],
        **{name: getattr(offers[0], name) for name in Offer.model_fields if name != "source"},
        source=offers[0].source,
    )


def _first(texts: Iterable[Mapping[_Key, _Text]]) -> dict[_Key, _Text]:
    united: dict[_Key, _Text] = {}
    for text in texts:
        united = {**text, **united}
    return united


def _distinct(items: Iterable[_Text]) -> tuple[_Text, ...]:
    return tuple(dict.fromkeys(items))


def _facts(products: Sequence[Product]) -> tuple[Attribute, ...]:
    united: list[Attribute] = []
    for product in products:
        known = {fact.name for fact in united}
        # One product may have several values of a key; another feed's values of it would contradict them.
        united += [fact for fact in product.attributes if fact.name not in known]
    return tuple(united)
