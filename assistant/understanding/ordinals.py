"""Places on screen as shoppers name them: the second one, 3rd, number 4, 第二个, 最后一个."""

from __future__ import annotations

import re

_WORDS = {
    word: place
    for place, words in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
    )
    for word in (words,)
} | {
    word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
_LAST = re.compile(r"\blast\b|最后|倒数第一", re.I)
_WORD = re.compile(r"[a-z]+", re.I)
_HAN_PLACE = re.compile(r"[第头]\s*([一二两三四五六七八九十])")
_HAN_DIGITS = "一二三四五六七八九十"


def ordinal(text: str) -> int | None:
    """Return the place that `text` names, 1 = first, -1 = last, or None."""
    if _LAST.search(text):
        return -1
    if match := _HAN_PLACE.search(text):
        return _HAN_DIGITS.index(match[1].replace("两", "二")) + 1
    digits = re.search(r"\d+", text)
    if digits:
        place = int(digits[0])
        return place if 1 <= place <= 50 else None
    words = [word.lower() for word in _WORD.findall(text)]
    places = [_WORDS[word] for word in words if word in _WORDS]
    # "the second one": an ordinal says more than the pronoun "one".
    return next((place for place in places if place != 1), places[0] if places else None)
