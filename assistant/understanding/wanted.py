"""How values stand in a sentence: joined with "or", refused, or put in the place of others."""

from __future__ import annotations

import re

from assistant.constraint import Constraint, Operator

JOINED = re.compile(
    r"\s*(?:,|，|、|/|\bor\b|\band\b|&|或者?|和|跟|还是|以及)\s*(?:or\b|maybe\b|the\b|也行|都行)?\s*", re.I
)
"""What joins values that are as good as each other."""
CORRECTS = re.compile(
    r"\b(?:instead|actually|rather|after all|on second thou?ghts?|changed my mind|make (?:it|that)|i meant|no wait)\b"
    r"|改成|换成|改为|改主意|不对|算了|说错|还是.{0,6}吧",
    re.I,
)
"""Words that change an earlier demand on purpose."""
ALSO = re.compile(r"\b(?:too|as well|also)\b|也", re.I)
"""Words that do with another thing what was done with the one before."""
REFUSAL = re.compile(
    r"(?:(?<!why )\b(?:not|no|without|except(?: for)?|other than|anything but|nothing (?:from|by|with|in))\s+(?:(?:a|an|the|from|by|with|in)\s+)?"
    r"|(?<!要)不要|别要|不想要|不喜欢|除了)$",
    re.I,
)
"""A plain refusal right in front of a value, whether the NLU marked it or not."""


PREFERENCE = re.compile(
    r"\b(?:ideally|preferabl[ey]|if (?:at all )?possible|would be (?:nice|great|good|a plus)|if you can|(?:i'd|i would) prefer)\b"
    r"|最好(?!的|用|看|吃|听|卖)|尽量|尽可能|如果可以|可以的话|优先",
    re.I,
)
"""Words that make a demand a preference."""


def either(first: Constraint, second: Constraint, between: str) -> Constraint | None:
    """Join "black" and "silver" of "black or silver" into one demand; None where they are two."""
    same = (first.attribute, first.operator, first.unit) == (second.attribute, Operator.EQUAL, second.unit)
    texts = isinstance(first.value, str) and isinstance(second.value, str)
    if not (
        same
        and second.operator is Operator.EQUAL
        and texts
        and first.attribute != "category"
        and JOINED.fullmatch(between)
    ):
        return None
    if second.value in first.values:
        return first
    said = f"{first.said}{between}{second.said}"
    return first.model_copy(
        update={
            "alternatives": (*first.alternatives, str(second.value)),
            "said": said,
            "soft": first.soft or second.soft,
        }
    )
