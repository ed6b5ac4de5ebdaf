"""What a shopper demands of a product, as typed values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import field_serializer, field_validator

from assistant.product import Value


class Operator(StrEnum):
    """How a product's value has to compare with the constraint's."""

    EQUAL = "="
    NOT_EQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    ABOVE = ">"


class Constraint(Value):
    """One demand: `attribute operator value [unit]`, said in turn `turn` with the words `said`.

    `attribute` is `price` (value in the catalogue's currency), `rating`, `brand`, `category` or the key of a
    product attribute. Text values are the catalogue's own spelling, not the shopper's.
    """

    attribute: str
    operator: Operator
    value: bool | Decimal | str
    unit: str | None = None
    turn: int = 0
    said: str = ""

    @field_serializer("value", when_used="json")
    def _tag(self, value: bool | Decimal | str) -> bool | str | dict[str, str]:
        # In JSON a number and a text that looks like one must stay apart: size "42" is no measure.
        return {"number": str(value)} if isinstance(value, Decimal) else value

    @field_validator("value", mode="before")
    @classmethod
    def _untag(cls, value: object) -> object:
        return Decimal(value["number"]) if isinstance(value, dict) and "number" in value else value

    @property
    def key(self) -> str:
        """Identify what is demanded, whatever the words and the turn were."""
        return f"{self.attribute}|{self.operator}|{self.value}|{self.unit or ''}"
