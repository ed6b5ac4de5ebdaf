"""What changed between two readings of a catalogue that a shopper would want to hear of, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assistant.product import Availability, Offer, Product

LOW_STOCK = 3
"""Pieces from which on few are left."""


class ChangeKind(StrEnum):
    """What happened to a product."""

    PRICE_DROP = "price_drop"
    PRICE_RISE = "price_rise"
    BACK_IN_STOCK = "back_in_stock"
    OUT_OF_STOCK = "out_of_stock"
    LOW_STOCK = "low_stock"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """Product `id` changed from the offer `before` to the offer `after` (None: there was, or is, no such product)."""

    kind: ChangeKind
    id: str
    before: Offer | None
    after: Offer | None

    @property
    def amount(self) -> Decimal | None:
        """By how much the price went up or (below 0) down, in the currency of both; None when it is not comparable."""
        if not self.before or not self.after or not self.before.price or not self.after.price:
            return None
        if self.before.price.currency != self.after.price.currency:
            return None
        return self.after.price.amount - self.before.price.amount

    @property
    def percent(self) -> Decimal | None:
        """`amount` in percent of the price before, to one decimal; None when that was nothing or is not comparable."""
        amount = self.amount
        if amount is None or not self.before or not self.before.price or not self.before.price.amount:
            return None
        return (amount * 100 / self.before.price.amount).quantize(Decimal("0.1"))


def in_stock(offer: Offer) -> bool:
    """Tell whether an offer can be had at once; a stock of 0 says no, whatever the availability says."""
    return offer.availability == Availability.IN_STOCK and offer.stock != 0


def is_low(offer: Offer, threshold: int = LOW_STOCK) -> bool:
    """Tell whether the last pieces of an offer are for sale: at most `threshold`, and one at least."""
    return in_stock(offer) and offer.stock is not None and offer.stock <= threshold


def changes(before: Mapping[str, Product], after: Mapping[str, Product], *, low_stock: int = LOW_STOCK) -> list[Change]:
    """Return what happened to each product, in the order of `after`, then those that are gone, in the order of `before`.

    Offers are those that a shopper would take. A price in another currency is no drop and no rise. Stock is low when it
    falls to `low_stock` or less; it is not said again while it stays there.

    Raises `ValueError` when `low_stock` is below 1.
    """
    if low_stock < 1:
        raise ValueError(f"low stock starts at 1 piece or more, found {low_stock}")
    found: list[Change] = []
    for id_, product in after.items():
        old = before[id_].offer if id_ in before else None
        new = product.offer
        kinds = [ChangeKind.NEW] if old is None else _kinds(old, new, low_stock)
        found += [Change(kind, id_, old, new) for kind in kinds]
    found += [Change(ChangeKind.GONE, id_, product.offer, None) for id_, product in before.items() if id_ not in after]
    return found


def _kinds(old: Offer, new: Offer, low_stock: int) -> list[ChangeKind]:
    kinds: list[ChangeKind] = []
    if old.price and new.price and old.price.currency == new.price.currency and old.price != new.price:
        kinds.append(ChangeKind.PRICE_DROP if new.price.amount < old.price.amount else ChangeKind.PRICE_RISE)
    if in_stock(new) and not in_stock(old):
        kinds.append(ChangeKind.BACK_IN_STOCK)
    if in_stock(old) and (new.availability == Availability.OUT_OF_STOCK or new.stock == 0):
        kinds.append(ChangeKind.OUT_OF_STOCK)
    if is_low(new, low_stock) and not is_low(old, low_stock):
        kinds.append(ChangeKind.LOW_STOCK)
    return kinds
