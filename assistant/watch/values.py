"""What a shopper waits for, and what there is to tell, in values that know no language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from assistant.catalogue.changes import LOW_STOCK, in_stock, is_low
from assistant.product import Availability, Language, Money, Offer


class WatchError(RuntimeError):
    """A watch cannot be kept."""


class WatchKind(StrEnum):
    """What a shopper waits for."""

    PRICE_DROP = "price_drop"
    """Any price below the one last seen; goes on after it was told."""
    PRICE_BELOW = "price_below"
    """A price of at most an amount; ends when it was told, as the following do."""
    BACK_IN_STOCK = "back_in_stock"
    LOW_STOCK = "low_stock"


class NoticeKind(StrEnum):
    """What there is to tell; every watch of a product that is gone gives `gone`."""

    PRICE_DROP = "price_drop"
    PRICE_BELOW = "price_below"
    BACK_IN_STOCK = "back_in_stock"
    LOW_STOCK = "low_stock"
    GONE = "gone"


@dataclass(frozen=True)
class Seen:
    """What a shopper last saw of a product, or would see now."""

    price: Money | None = None
    availability: Availability = Availability.IN_STOCK
    stock: int | None = None

    @classmethod
    def of(cls, offer: Offer) -> Seen:
        """Return what `offer` shows."""
        return cls(offer.price, offer.availability, offer.stock)

    @property
    def offer(self) -> Offer:
        """The same as an offer, to be compared."""
        return Offer(price=self.price, availability=self.availability, stock=self.stock)


@dataclass(frozen=True)
class Watch:
    """One thing that a shopper waits for; `below` only with PRICE_BELOW, `since` in UTC."""

    id: int
    product: str
    kind: WatchKind
    since: dt.datetime
    seen: Seen
    language: Language
    below: Money | None = None


@dataclass(frozen=True)
class Notice:
    """What to tell a shopper: `before` is what was last seen, `now` what is (None: the product is gone).

    `claim` shows the book that whoever acknowledges it is the one that it was given to.
    """

    kind: NoticeKind
    watch: Watch
    before: Seen
    now: Seen | None
    claim: str

    @property
    def product(self) -> str:
        """The id of the product."""
        return self.watch.product


def due(watch: Watch, now: Offer | None, was_out: bool, low_stock: int = LOW_STOCK) -> NoticeKind | None:
    """Return what there is to tell of a watch when its product's offer is `now` (None: gone), or None.

    `was_out`: whether it was sold out at some time since the shopper last saw it. A price counts only while the product
    can be had, and only in the currency that was seen.
    """
    if now is None:
        return NoticeKind.GONE
    seen = watch.seen
    had = now.availability != Availability.OUT_OF_STOCK and now.stock != 0
    if watch.kind == WatchKind.BACK_IN_STOCK:
        return NoticeKind.BACK_IN_STOCK if in_stock(now) and (was_out or not in_stock(seen.offer)) else None
    if watch.kind == WatchKind.LOW_STOCK:
        fewer = seen.stock is None or (now.stock or 0) < seen.stock or not in_stock(seen.offer)
        return NoticeKind.LOW_STOCK if is_low(now, low_stock) and fewer else None
    if not had or now.price is None:
        return None
    limit = watch.below if watch.kind == WatchKind.PRICE_BELOW else seen.price
    if limit is None or limit.currency != now.price.currency:
        return None
    if watch.kind == WatchKind.PRICE_BELOW:
        return NoticeKind.PRICE_BELOW if now.price.amount <= limit.amount else None
    return NoticeKind.PRICE_DROP if now.price.amount < limit.amount else None
