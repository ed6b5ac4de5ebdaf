"""Which language a message is in."""

from __future__ import annotations

import re

from wordfreq import zipf_frequency

from assistant.product import Language

_COMMON, _COMMON_BESIDE_NUMBERS = 4.6, 5.2
"""Zipf frequency of words that only a sentence in English has: only 6.0, hello 4.9; "pro" in a model's name has 5.0."""
_ENOUGH = 3
_SENTENCE = 5
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_COUNTED = re.compile(r"(?<=\d)\s*(?:元|块钱?|人民币|英?寸|公斤|千克|毫安时?)")


def language_of(text: str, before: Language) -> Language:
    """Return the language of `text`; without a word that tells (a model name, a number) it stays as it was."""
    words = _LATIN.findall(text)
    # A price in 元 is no Chinese in "phones under 2000元".
    # One Chinese word in an English sentence does not make it Chinese.
    common = [word for word in words if word.islower() and zipf_frequency(word, "en") >= _COMMON]
    if len(common) >= _ENOUGH and len(_HAN.findall(text)) <= len(common):
        return "en"
    if _HAN.search(_COUNTED.sub("", text) if words else text):
        return "zh"
    # Words of a model's name stand beside numbers.
    least = _COMMON_BESIDE_NUMBERS if _DIGIT.search(text) else _COMMON
    tells = any(word.islower() and zipf_frequency(word, "en") >= least for word in words) or len(words) >= _SENTENCE
    return "en" if tells else before
