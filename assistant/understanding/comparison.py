"""Which way a number bounds: under, at least, 不超过, 以上 …, also where a "not" turns it round."""

from __future__ import annotations

import re

from assistant.constraint import Operator

_NOT = r"(?:(?:\b(?:no|not|nothing|never|cannot)\b|n['’]t\b|\bdont\b|\bcant\b)(?:\s+\w+){0,4}?\s+)"
_NICHT = r"(?:[不别没未勿](?:想|要|会|能|可以|可|得|用)?)"
_MORE = r"(?:\b(?:more than|over|above|higher than|bigger than|larger than|heavier than|exceed(?:ing)?)|超过|高于|大于|多于|超出)"
_LESS = (
    r"(?:\b(?:less than|under|below|lower than|smaller than|cheaper than|lighter than)|低于|小于|少于|不到|便宜过|轻于)"
)
_END = r"\s*(?:about\s+|the\s+)?$"
# The first that fits decides: what is negated before what is plain.
_BEFORE = tuple(
    (re.compile(pattern + _END, re.I), operator)
    for pattern, operator in (
        (rf"(?:{_NOT}|{_NICHT}){_MORE}", Operator.AT_MOST),
        (
            rf"(?:{_NOT}|{_NICHT})(?:\b(?:less than|under|below|lower than|smaller than)|低于|小于|少于)",
            Operator.AT_LEAST,
        ),
        (_MORE, Operator.AT_LEAST),
        (_LESS, Operator.AT_MOST),
        (r"(?:\b(?:at least|from|starting at|min(?:imum)?(?: of)?)|至少|起码|最少)", Operator.AT_LEAST),
        (
            r"(?:\b(?:up to|at most|(?<!pro )max(?:imum)?(?: of)?|within|budget(?: is| of|:)?|afford|spend)"
            r"|最多|至多|预算(?:是|在|为|只有|大概)?)",
            Operator.AT_MOST,
        ),
    )
)
_AFTER = tuple(
    (re.compile(rf"\s*(?:{pattern})", re.I), operator)
    for pattern, operator in (
        (
            r"(?:or|and) (?:more|above|up|over|bigger|larger|higher)\b|(?:at least)\b|\+|以上|及以上|起|往上",
            Operator.AT_LEAST,
        ),
        (
            r"(?:or|and) (?:less|under|below|smaller|lighter|cheaper)\b|(?:max(?:imum)?|tops|at most)\b"
            r"|以内|以下|之内|内(?![存置衣])|之下|及以下|封顶",
            Operator.AT_MOST,
        ),
    )
)


def comparison(text: str, start: int, end: int) -> tuple[Operator, int, int] | None:
    """Return how the number at `start` to `end` bounds, and the span with the words that say so; None: nothing does."""
    for pattern, operator in _AFTER:
        if match := pattern.match(text, end):
            before = next((m for p, o in _BEFORE if o is operator and (m := p.search(text[:start]))), None)
            return operator, before.start() if before else start, match.end()
    for pattern, operator in _BEFORE:
        if match := pattern.search(text[:start]):
            return operator, match.start(), end
    return None
