"""What goes with a noun: English articles and plurals, Chinese measure words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from random import Random
from typing import Literal

from dialogue.nlu.templates import read_phrases

Number = Literal["singular", "plural", "mass"]

_VOWEL = re.compile(r"[aeiouAEIOU]|8|11\b|18\b|hour|[FHLMNRSX](?=[A-Z\d])|[fhlmnrsx](?=[\d-])|ssd|hdmi|lcd|led|nas|mp3")
_CONSONANT = re.compile(r"us[be]|uni(?!n)|eu|one|ut|uk|nas[a-z]|led[a-z]", re.I)
_GENERAL = ("款", "个", "款")


def _listed(noun: str, words: Iterable[str]) -> bool:
    return any(noun == word or noun.endswith(f" {word}") for word in words)


def number(noun: str) -> Number:
    """Return whether an English noun is one, many, or not counted."""
    noun, words = noun.casefold(), read_phrases("en").words
    if _listed(noun, words["masses"]):
        return "mass"
    if _listed(noun, words["singulars"]):
        return "singular"
    plural = _listed(noun, (*words["plurals"], *words["pairs"])) or (noun.endswith("s") and not noun.endswith("ss"))
    return "plural" if plural else "singular"


def plural(noun: str) -> str:
    """Return the form that stands after "any": `kettles`; a plural, a mass noun or a Chinese one stays."""
    if not noun.isascii() or number(noun) != "singular":
        return noun
    if noun.endswith(("knife", "shelf")):
        return noun[: -2 if noun.endswith("fe") else -1] + "ves"
    if noun.endswith("mouse"):
        return noun[:-5] + "mice"
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def article(following: str, noun: str | None, pick: Random) -> str:
    """Return what stands before `following` (`noun` and what describes it): `a`, `an`, `some`, `a pair of` or nothing."""
    if noun and noun.isascii() and number(noun) != "singular":
        pairs = _listed(noun.casefold(), read_phrases("en").words["pairs"])
        return pick.choice(("some", "", "a pair of", "a pair of") if pairs else ("some", "some", ""))
    return "an" if _VOWEL.match(following) and not _CONSONANT.match(following) else "a"


def measure(noun: str | None, pick: Random) -> str:
    """Return a Chinese measure word with 一 or without: 双 for shoes, 台 for machines, 款 and 个 for anything."""
    table = read_phrases("zh").words["measures"]
    fitting = [
        word
        for word, endings in (table.items() if isinstance(table, Mapping) else ())
        if noun and noun.endswith(tuple(endings))
    ]
    return pick.choice(("", "一")) + pick.choice(fitting if fitting and pick.random() < 0.7 else _GENERAL)
