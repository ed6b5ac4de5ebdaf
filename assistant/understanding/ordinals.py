"""Places on screen as shoppers name them: the second one, 3rd, number 4, 第二个, 倒数第二个, 最后一个."""

from __future__ import annotations

import re

from assistant.understanding.numbers import han_number

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_CARDINALS = "one two three four five six seven eight nine ten".split()
_PLACES = {word: n for words in (_ORDINALS, _CARDINALS) for n, word in enumerate(words, 1)}
_FROM_END = re.compile(r"倒数第?|\b(?:second|third|\d+(?:nd|rd|th)) (?:to|from) (?:the )?last\b", re.I)
_LAST = re.compile(r"\blast\b|最后", re.I)
_WORD = re.compile(r"[a-z]+", re.I)
_HAN_PLACE = re.compile(r"(?:[第头]|倒数)\s*([零一二两三四五六七八九十百]+)")
_MOST = 50


def ordinal(text: str) -> int | None:
    """Return the place that `text` names, 1 = first, -1 = last, -2 = last but one, or None."""
    place = _place(text)
    if _FROM_END.search(text):
        return -place if place else -1
    return -1 if _LAST.search(text) else place


def _place(text: str) -> int | None:
    if match := _HAN_PLACE.search(text):
        value = han_number(match[1])
        return int(value) if value and value <= _MOST else None
    if digits := re.search(r"\d+", text):
        return int(digits[0]) if 1 <= int(digits[0]) <= _MOST else None
    words = [word.lower() for word in _WORD.findall(text)]
    # "the second one": an ordinal says more than the pronoun "one".
    found = [word for word in words if word in _PLACES]
    ranked = [word for word in found if word in _ORDINALS] or found
    return _PLACES[ranked[0]] if ranked else None
