"""Measures in scripts: 1 TB is more than 256 GB, and 900 g less than 1.2 kg."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.units import unit_of
from kg.scales import base, conversions, scaled

_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([^\d\s].*?)\s*")
_SHOWN = {"g": Decimal(1000), "mm": Decimal(10), "ml": Decimal(1000), "min": Decimal(60)}
"""By the unit that the graph counts in, how many of it scripts count as one: kg, cm, l and h."""
_CLOSE = Decimal("0.000001")


@dataclass(frozen=True)
class Measure:
    """A number with the unit it was stated in."""

    value: Decimal
    unit: str | None

    @property
    def number(self) -> Decimal:
        """The number that a script writes without a unit: of GB, kg, l, cm, h, and of any other unit as it stands."""
        return scaled(self.value, self.unit) / _SHOWN.get(base(self.unit), Decimal(1))

    def compared(self, other: Decimal | Measure) -> tuple[Decimal, Decimal] | None:
        """Return this number and `other` in one unit; None where they measure different things."""
        if isinstance(other, Decimal):
            return self._close(self.number, other)
        if self.unit == other.unit:
            return self.value, other.value
        factor = dict(conversions(self.unit)).get(other.unit or "")
        return None if factor is None else self._close(self.value * factor, other.value)

    @staticmethod
    def _close(own: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
        # A third of an hour, an inch in centimetres: what was divided is equal only so far.
        return (other, other) if abs(own - other) < _CLOSE else (own, other)


def measure_of(text: str) -> Measure | None:
    """Read "1 TB" or "900g"; None for a text that is no measure."""
    match = _WRITTEN.fullmatch(text)
    unit = unit_of(match[2]) if match else None
    return Measure(Decimal(match[1]), unit) if match and unit else None
