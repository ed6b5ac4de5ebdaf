"""What a shopper demands of a product, as typed values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

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

    @property
    def key(self) -> str:
        """Identify what is demanded, whatever the words and the turn were."""
        return f"{self.attribute}|{self.operator}|{self.value}|{self.unit or ''}"
