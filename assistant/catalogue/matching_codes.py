"""Codes that name a product the world over, in the one form in which two feeds can be compared."""

from __future__ import annotations

import re

from assistant.catalogue.values import gtin

_NOT_ALNUM = re.compile(r"[\W_]+")
_RESTRICTED = re.compile(r"00[24]|02|00000000")
_SHORTEST_MPN = 4


def gtin14(code: str) -> str | None:
    """Return a GTIN-8, -12, -13 or -14 as 14 digits, or None when it names no product the world over.

    Those are codes with a wrong check digit and the number ranges that a shop gives out itself
    (GS1 General Specifications, 1.4: prefixes 02, 04 and 20 to 29; RCN-8 with a leading 0 or 2).
    """
    digits = gtin(code)
    if digits is None:
        return None
    if len(digits) == 8:
        return None if digits[0] in "02" else digits.zfill(14)
    full = digits.zfill(14)
    # An indicator digit (1 to 8) in front is a case of several: another thing to buy, and so another code.
    return None if _RESTRICTED.match(full) else full


def part_number(code: str) -> str | None:
    """Return a maker's part number as lower-case letters and digits, or None when it is too short to name one thing.

    Part numbers without a digit are words ("Black"), and short ones name a series ("70").
    """
    plain = _NOT_ALNUM.sub("", code.casefold())
    return plain if len(plain) >= _SHORTEST_MPN and any(char.isdigit() for char in plain) else None
