"""How many are bought or taken back: two, 3, a pair of, 两个, 来三台."""

from __future__ import annotations

import re

from assistant.understanding.numbers import han_number
from assistant.understanding.understood import Parse

_WORDS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
} | {"couple": 2, "pair": 2, "both": 2, "dozen": 12, "another": 1, "single": 1}
_WORD = re.compile(r"[a-z]+", re.I)
_DIGITS = re.compile(r"\d{1,4}")
_LESS = re.compile(r"(?:\b(?:minus|negative)\b|(?<![\w-])[-−]|负)\s*\w+\W*$", re.I)
_HAN = re.compile(r"[零一二两三四五六七八九十百]+")
_ZH_COUNT = re.compile(
    r"(?:要|来|买|拿|加|删|去掉|拿掉)\s*(\d{1,4}|[一二两三四五六七八九十百]+)\s*[个台件部双只条本款副把](?!人)"
)

_EN_COUNT = re.compile(
    rf"\b(?:take|remove|add|put|get|buy|grab|order)\s+(\d{{1,4}}|{'|'.join(_WORDS)})\s+(?!the\b)[a-z]", re.I
)


def quantity(parse: Parse) -> int | None:
    """Return the quantity that a message names, 0 where it is less than one ("minus five"), or None."""
    for entity in parse.entities:
        if entity.entity == "quantity" and (found := _number(entity.value)) is not None:
            return 0 if _LESS.search(parse.text[: entity.end]) else found
    # 来三台, "take one Instax out" say it with the verb, marked or not; an ordinal (前两款) is no quantity.
    if any(e.entity == "ordinal" for e in parse.entities):
        return None
    match = _ZH_COUNT.search(parse.text) or _EN_COUNT.search(parse.text)
    return _number(match[1]) if match else None


def _number(words: str) -> int | None:
    if digits := _DIGITS.search(words):
        return int(digits[0])
    for word in _WORD.findall(words.lower()):
        if word in _WORDS:
            return _WORDS[word]
    han = _HAN.search(words)
    value = han_number(han[0]) if han else None
    return int(value) if value and value == int(value) else None
