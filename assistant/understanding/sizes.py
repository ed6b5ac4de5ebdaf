"""Demands that are measured, in the units of the catalogue: 15 inches, 13到15寸, at least 16GB, 128 or 256GB."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.gazetteer import Gazetteer
from assistant.catalogue.names import plain
from assistant.constraint import Constraint, Operator
from assistant.understanding.comparison import comparison
from assistant.understanding.measures import Measure, measures
from assistant.understanding.numbers import numerals
from kg.scales import conversions

_TO = re.compile(r"\s*(?:-|–|—|~|～|to|and|到|至|和)\s*", re.I)
_OR = re.compile(r"\s*(?:,|，|、|/|or|或者?|还是)\s*(?:or\s*)?", re.I)
_BETWEEN = re.compile(r"(?:\b(?:between|from)|介于|在)\s*$", re.I)
_ABOUT = Decimal("0.02")
"""Two units never agree to the last digit: 55 inches is 139.7 cm and sold as 140."""
_CUT_OFF = ("in",)
"""Units that shoppers cut off: a 15.6-inch laptop is a 15-inch one."""


@dataclass(frozen=True)
class Sized:
    """Demands that one place of a text makes, and its span."""

    constraints: tuple[Constraint, ...]
    start: int
    end: int


def sized(text: str, gazetteer: Gazetteer, about: str | None, facets: Mapping[str, str]) -> list[Sized]:
    """Return the measured demands of `text` on what the catalogue measures in category `about` (None: anywhere)."""
    found: list[Sized] = []
    for measure in measures(text):
        known = _known(measure, gazetteer, about)
        if known is None:
            continue
        keys, factor, unit = known
        key = _key(keys, text, facets)
        demand = _Demand(key, unit, factor)
        low = _low(text, measure)
        if low is not None:
            start, least, joined = low
            bounds = (demand.bound(Operator.AT_LEAST, least), demand.bound(Operator.AT_MOST, measure.value))
            if _TO.fullmatch(joined):
                found.append(_said(bounds, text, start, measure.end))
                continue
            if both := _either(demand.exact(least), demand.exact(measure.value)):
                found.append(_said((both,), text, start, measure.end))
                continue
        if compared := comparison(text, measure.start, measure.end):
            bound = demand.bound(compared[0], measure.value)
            found.append(_said((bound,), text, measure.start, measure.end))
            continue
        exact = demand.exact(measure.value) if factor == 1 else demand.about(measure.value)
        if factor == 1 and unit in _CUT_OFF and _cut_off(gazetteer, key, measure, about):
            exact = (
                demand.bound(Operator.AT_LEAST, measure.value),
                demand.bound(Operator.BELOW, measure.value + 1),
            )
        new = _said(exact, text, measure.start, measure.end)
        before = found[-1] if found else None
        if before and _TO.fullmatch(text[before.end : new.start]) and (span := _span(text, before, exact)):
            found[-1] = _said(span, text, before.start, new.end)
            continue
        if before and _OR.fullmatch(text[before.end : new.start]):
            # "256 or 512GB": both are the same thing, whichever attribute each is found at more often.
            exact = tuple(_like(c, before.constraints, keys) for c in exact)
        if before and _OR.fullmatch(text[before.end : new.start]) and (both := _either(before.constraints, exact)):
            found[-1] = _said((both,), text, before.start, new.end)
        else:
            found.append(new)
    return found


@dataclass(frozen=True)
class _Demand:
    """Makes demands on one attribute, in the catalogue's unit; `factor` turns the shopper's numbers into it."""

    key: str
    unit: str
    factor: Decimal

    def bound(self, operator: Operator, value: Decimal) -> Constraint:
        return Constraint(attribute=self.key, operator=operator, value=self._in_unit(value), unit=self.unit)

    def exact(self, value: Decimal) -> tuple[Constraint, ...]:
        return (self.bound(Operator.EQUAL, value),)

    def about(self, value: Decimal) -> tuple[Constraint, ...]:
        return (
            self.bound(Operator.AT_LEAST, value * (1 - _ABOUT)),
            self.bound(Operator.AT_MOST, value * (1 + _ABOUT)),
        )

    def _in_unit(self, value: Decimal) -> Decimal:
        # Written out: 1.5E+3 is the same number, but not the same key.
        return Decimal(plain((value * self.factor).quantize(Decimal("0.01")))) if self.factor != 1 else value


def _known(measure: Measure, gazetteer: Gazetteer, about: str | None) -> tuple[list[str], Decimal, str] | None:
    """Return what is measured so here, the factor to the catalogue's unit and that unit; the shopper's own unit first."""
    for unit, factor in ((measure.unit, Decimal(1)), *conversions(measure.unit)):
        if keys := gazetteer.measured(measure.value * factor, unit, about):
            return keys, factor, unit
    return None


def _low(text: str, measure: Measure) -> tuple[int, Decimal, str] | None:
    """Return the number that shares a unit with `measure` ("13 to 15 inch", 128或256GB): start, value, what joins them."""
    for numeral in numerals(text[: measure.start]):
        joined = text[numeral.end : measure.start]
        if not numeral.single or not (_TO.fullmatch(joined) or _OR.fullmatch(joined)):
            continue
        framed = _BETWEEN.search(text[: numeral.start])
        bare = re.fullmatch(r"\s*(?:and|和)\s*", joined, re.I)
        if numeral.low < measure.value and (framed or not bare):
            return (framed.start() if framed else numeral.start), numeral.low, joined
    return None


def _either(first: Sequence[Constraint], second: Sequence[Constraint]) -> Constraint | None:
    if len(first) != 1 or len(second) != 1:
        return None
    (one,), (other,) = first, second
    same = (one.attribute, one.unit, one.operator) == (other.attribute, other.unit, Operator.EQUAL)
    if not same or other.operator is not Operator.EQUAL or isinstance(other.value, bool):
        return None
    return one.model_copy(update={"alternatives": (*one.alternatives, other.value)})


def _span(text: str, before: Sized, exact: Sequence[Constraint]) -> tuple[Constraint, ...] | None:
    """Return the bounds that "13 inches to 15 inches" makes; "16GB and 512GB" are two things."""
    framed = _BETWEEN.search(text[: before.start])
    if (
        len(before.constraints) != 1
        or len(exact) != 1
        or (not framed and re.match(r"\s*(?:and|和)", text[before.end :]))
    ):
        return None
    (low,), (high,) = before.constraints, exact
    equal = low.operator is high.operator is Operator.EQUAL and not low.alternatives
    if not equal or (low.attribute, low.unit) != (high.attribute, high.unit) or not low.value < high.value:  # type: ignore[operator]
        return None
    return (
        low.model_copy(update={"operator": Operator.AT_LEAST}),
        high.model_copy(update={"operator": Operator.AT_MOST}),
    )


def _like(demand: Constraint, before: Sequence[Constraint], keys: Sequence[str]) -> Constraint:
    key = before[0].attribute if before else ""
    return demand.model_copy(update={"attribute": key}) if key in keys else demand


def _said(constraints: Sequence[Constraint], text: str, start: int, end: int) -> Sized:
    said = text[start:end]
    return Sized(tuple(c.model_copy(update={"said": said}) for c in constraints), start, end)


def _cut_off(gazetteer: Gazetteer, key: str, measure: Measure, about: str | None) -> bool:
    """Whether a whole number stands for fractions behind it that the catalogue states."""
    whole = measure.value == measure.value.to_integral_value()
    numbers = gazetteer.numbers(key, measure.unit, about) if whole else ()
    return any(measure.value < number < measure.value + 1 for number in numbers)


def _key(keys: Sequence[str], text: str, facets: Mapping[str, str]) -> str:
    lowered = text.casefold()
    named = [key for name, key in facets.items() if key in keys and name in lowered]
    return max(named, key=len) if named else keys[0]
