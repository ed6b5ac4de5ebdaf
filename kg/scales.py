"""Units that measure the same thing, so that 900 g is lighter than 1.2 kg."""

from __future__ import annotations

from decimal import Decimal

SCALES: dict[str, tuple[str, Decimal]] = {
    "kg": ("g", Decimal(1000)),
    "mg": ("g", Decimal("0.001")),
    "lb": ("g", Decimal("453.59237")),
    "oz": ("g", Decimal("28.349523125")),
    "TB": ("GB", Decimal(1000)),
    "MB": ("GB", Decimal("0.001")),
    "cm": ("mm", Decimal(10)),
    "m": ("mm", Decimal(1000)),
    "l": ("ml", Decimal(1000)),
    "kW": ("W", Decimal(1000)),
    "kHz": ("Hz", Decimal(1000)),
    "Ah": ("mAh", Decimal(1000)),
    # An hour is counted in minutes: a sixtieth has no end as a decimal.
    "h": ("min", Decimal(60)),
    # A year that was written without its unit is the same year.
    "year": ("", Decimal(1)),
}
"""By unit: the unit it is counted in and how many of those it is; a unit that is not here counts as itself."""


_INCH = Decimal("2.54")
_LENGTHS = {"in": _INCH, "cm": Decimal(1), "mm": Decimal("0.1"), "m": Decimal(100)}
"""Centimetres in each unit: an inch is no step of a metric scale, but screens are measured in both."""


def conversions(unit: str | None) -> list[tuple[str, Decimal]]:
    """Return the other units that measure the same thing, each with how many of them one `unit` is."""
    if unit in _LENGTHS:
        return [(other, _LENGTHS[unit] / factor) for other, factor in _LENGTHS.items() if other != unit]
    own = base(unit)
    family = {own: Decimal(1)} | {name: factor for name, (of, factor) in SCALES.items() if of == own}
    return [(name, family[unit] / factor) for name, factor in family.items() if name != unit and unit in family]


def base(unit: str | None) -> str:
    """Return the unit that `unit` is counted in (`""`: none)."""
    return SCALES[unit][0] if unit in SCALES else unit or ""


def scaled(value: Decimal, unit: str | None) -> Decimal:
    """Return `value unit` in the unit's base."""
    return value * SCALES[unit][1] if unit in SCALES else value
