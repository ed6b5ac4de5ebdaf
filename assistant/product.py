"""The one typed `Product` that importers make and that every other part reads."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FieldSerializationInfo,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_serializer,
    field_validator,
)

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
LocalText = dict[Language, str]

_CURRENCY = re.compile(r"[A-Z]{3}")
_KEY = re.compile(r"[^\W_]+(?:_[^\W_]+)*")


class Value(BaseModel):
    """Base of all values: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Availability(StrEnum):
    """The subset of schema.org's `ItemAvailability` that a shopper can be told about."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"


class Money(Value):
    """An exact amount with its ISO 4217 currency code."""

    amount: Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
    currency: str

    @field_validator("currency")
    @classmethod
    def _iso(cls, code: str) -> str:
        code = code.strip().upper()
        if not _CURRENCY.fullmatch(code):
            raise ValueError(f"currency {code!r} is not an ISO 4217 code such as USD or CNY")
        return code


class Attribute(Value):
    """One fact, `name = value [unit]`; `name` is a snake_case key, labels come from the glossary."""

    name: str
    value: bool | Decimal | str
    unit: str | None = None

    def __eq__(self, other: object) -> bool:
        """Compare; `true` is not the number 1."""
        return isinstance(other, Attribute) and self._identity == other._identity

    def __hash__(self) -> int:
        """Hash as `__eq__` compares."""
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, type, bool | Decimal | str, str | None]:
        return self.name, type(self.value), self.value, self.unit

    @field_serializer("value", when_used="json")
    def _exact(self, value: bool | Decimal | str, info: FieldSerializationInfo) -> bool | str | dict[str, str]:
        # A snapshot has to keep the text "007" and the number 7 apart.
        tagged = isinstance(value, Decimal) and (info.context or {}).get("exact")
        return {"number": str(value)} if tagged else str(value) if isinstance(value, Decimal) else value

    @field_validator("value", mode="wrap")
    @classmethod
    def _read_exact(
        cls, value: object, parse: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> bool | Decimal | str:
        if isinstance(value, dict) and "number" in value:
            return Decimal(str(value["number"]))
        if isinstance(value, str) and (info.context or {}).get("exact"):
            return value
        return parse(value)

    @field_validator("name")
    @classmethod
    def _key(cls, name: str) -> str:
        if not _KEY.fullmatch(name):
            raise ValueError(f"attribute name {name!r} is not a snake_case key such as screen_size")
        return name


class RelationKind(StrEnum):
    """What another product is to this one."""

    ACCESSORY = "accessory"
    """An accessory or a spare part for it."""
    ACCESSORY_OF = "accessory_of"
    """What it is an accessory or a spare part for."""
    CONSUMABLE = "consumable"
    """What it uses up: toner, ink, paper, capsules."""
    CONSUMABLE_OF = "consumable_of"
    """What uses it up."""
    COMPATIBLE = "compatible"
    """What it works with; goes both ways."""
    SIMILAR = "similar"
    """What can take its place; goes both ways."""
    BOUGHT_TOGETHER = "bought_together"
    """What is bought in the same basket; goes both ways."""
    SIMILAR_TASTE = "similar_taste"
    """What the same shoppers buy at other times; goes both ways."""


class Relation(Value):
    """A link to another product of the same catalogue, by its id."""

    kind: RelationKind
    id: str


class Offer(Value):
    """What one seller asks for a product; `source` is the file that said so."""

    seller: str | None = None
    price: Money | None = None
    list_price: Money | None = None
    availability: Availability = Availability.IN_STOCK
    stock: Annotated[int, Field(ge=0)] | None = None
    url: str | None = None
    source: str | None = None


class Review(Value):
    """What one buyer wrote; `rating` is in stars, 1 to 5."""

    rating: Annotated[int, Field(ge=1, le=5)]
    text: str
    language: Language
    title: str | None = None
    author: str | None = None
    date: dt.date | None = None


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text.strip()


class Product(Value):
    """One sellable product (a variant is a product of its own; `group` ties variants together).

    `category` is the path from the root to the leaf in the catalogue's own words, `rating` is in
    stars (0 to 5), `identifiers` maps schemes such as `gtin`, `mpn` and `sku` to codes. `seller`, `price`, `list_price`,
    `availability`, `stock` and `url` are those of the offer that a shopper would take, `other_offers` are the rest.
    `source` is the file that it was read from, `derived` names the fields that no file states but that were worked out.
    """

    id: Annotated[str, AfterValidator(_not_blank)]
    titles: LocalText
    descriptions: LocalText = {}
    brand: str | None = None
    category: tuple[str, ...] = ()
    price: Money | None = None
    list_price: Money | None = None
    availability: Availability = Availability.IN_STOCK
    stock: Annotated[int, Field(ge=0)] | None = None
    rating: Annotated[Decimal, Field(ge=0, le=5)] | None = None
    review_count: Annotated[int, Field(ge=0)] = 0
    images: tuple[str, ...] = ()
    url: str | None = None
    attributes: tuple[Attribute, ...] = ()
    related: tuple[Relation, ...] = ()
    identifiers: dict[str, str] = {}
    group: str | None = None
    reviews: tuple[Review, ...] = ()
    seller: str | None = None
    other_offers: tuple[Offer, ...] = ()
    source: str | None = None
    derived: frozenset[Literal["category", "group"]] = frozenset()

    @field_validator("category")
    @classmethod
    def _no_separator(cls, path: tuple[str, ...]) -> tuple[str, ...]:
        # Paths are written "Home > Lamps"; a step must not look like two.
        return tuple(step.replace(" > ", " / ") for step in path)

    @field_validator("titles")
    @classmethod
    def _some_title(cls, titles: LocalText) -> LocalText:
        titles = {language: text.strip() for language, text in titles.items() if text.strip()}
        if not titles:
            raise ValueError("a product needs a title in at least one language")
        return titles

    @property
    def offer(self) -> Offer:
        """The offer that a shopper would take."""
        return Offer(**{name: getattr(self, name) for name in Offer.model_fields})

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All offers, the one that a shopper would take first."""
        return (self.offer, *self.other_offers)

    def title(self, language: Language) -> str:
        """Return the title in `language`, or in the language there is."""
        return self.titles.get(language) or next(iter(self.titles.values()))

    def description(self, language: Language) -> str:
        """Return the description in `language`, in the language there is, or an empty text."""
        return self.descriptions.get(language) or next(iter(self.descriptions.values()), "")
