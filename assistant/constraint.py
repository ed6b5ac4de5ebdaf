"""What a shopper demands of a product, as typed values."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from pydantic import field_serializer, field_validator, model_validator

from assistant.product import Value


class Operator(StrEnum):
    """How a product's value has to compare with the constraint's."""

    EQUAL = "="
    NOT_EQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    ABOVE = ">"


_EXACT = (Operator.EQUAL, Operator.NOT_EQUAL)


class Relative(StrEnum):
    """Attributes whose value is the id of another product: what is demanded is a relation to it."""

    GOES_WITH = "goes_with"
    """Its accessories and supplies, what it is one of, and what it works with."""
    MADE_FOR = "made_for"
    """Its accessories, spare parts and supplies alone."""
    FITTED_BY = "fitted_by"
    """What it is an accessory or a supply of, and what it works with."""
    BOUGHT_WITH = "bought_with"
    """What others buy with it, or buy too."""
    IN_SERIES_OF = "in_series_of"
    """The rest of its maker's series."""


RELATIVES = frozenset(Relative)


class Constraint(Value):
    """One demand: `attribute operator value [unit]`, said in turn `turn` with the words `said`.

    `attribute` is `price` (value in the catalogue's currency), `rating`, `brand`, `category` or the key of a
    product attribute; of a `Relative`, `value` is the id of another product. Text values are the catalogue's own spelling, not the shopper's. A `soft` one is preferred
    and not required: the shopper said so, or the catalogue does not know enough to shut out what it says nothing about.
    `alternatives` are further values that are as good as `value` ("black or silver"), only with EQUAL.
    """

    attribute: str
    operator: Operator
    value: bool | Decimal | str
    unit: str | None = None
    turn: int = 0
    said: str = ""
    soft: bool = False
    alternatives: tuple[Decimal | str, ...] = ()

    @field_serializer("value", when_used="json")
    def _tag(self, value: bool | Decimal | str) -> bool | str | dict[str, str]:
        # In JSON a number and a text that looks like one must stay apart: size "42" is no measure.
        return {"number": str(value)} if isinstance(value, Decimal) else value

    @field_serializer("alternatives", when_used="json")
    def _tag_all(self, values: tuple[Decimal | str, ...]) -> list[bool | str | dict[str, str]]:
        return [self._tag(value) for value in values]

    @field_validator("value", mode="before")
    @classmethod
    def _untag(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        try:
            return Decimal(str(value["number"]))
        except (KeyError, InvalidOperation) as error:
            raise ValueError(f"{value!r} is no number") from error

    @field_validator("alternatives", mode="before")
    @classmethod
    def _untag_all(cls, values: object) -> object:
        return [cls._untag(value) for value in values] if isinstance(values, list | tuple) else values

    @model_validator(mode="after")
    def _comparable(self) -> Constraint:
        if (self.attribute in ("price", "rating") or self.operator not in _EXACT) and not isinstance(
            self.value, Decimal
        ):
            raise ValueError(f"{self.attribute} {self.operator} is compared as a number, found {self.value!r}")
        if self.alternatives and self.operator is not Operator.EQUAL:
            raise ValueError(f"only a demand for a value can have alternatives, found {self.operator}")
        return self

    @property
    def values(self) -> tuple[bool | Decimal | str, ...]:
        """The value and its alternatives."""
        return (self.value, *self.alternatives)

    @property
    def names_kind(self) -> bool:
        """Whether it demands a category, so that it says what kind of thing is looked for."""
        return self.attribute == "category" and self.operator is Operator.EQUAL

    @property
    def key(self) -> str:
        """Identify what is demanded, whatever the words and the turn were."""
        values = "|".join(str(value) for value in self.values)
        return f"{self.attribute}|{self.operator}|{values}|{self.unit or ''}"


def each(constraint: Constraint) -> tuple[Constraint, ...]:
    """Return one demand for every alternative."""
    return tuple(constraint.model_copy(update={"value": value, "alternatives": ()}) for value in constraint.values)


def forget(text: str, words: str) -> str:
    """Take `words` out of `text`, where they stand as words of their own."""
    edge = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])" if words.isascii() else "{}"
    return re.sub(edge.format(re.escape(words)), " ", text, flags=re.I)
