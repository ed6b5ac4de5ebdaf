"""How alike two products of different feeds are, in numbers, and what rules out that they are the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from assistant.catalogue.matching_codes import gtin14
from assistant.catalogue.matching_profile import Profile, Vocabulary
from assistant.catalogue.matching_words import Measures
from assistant.product import LANGUAGES

FEATURES = (
    "title", "title_sorted", "words", "codes_agree", "codes_differ", "codes_rival", "numbers_agree", "numbers_differ", "numbers_alone", "unsaid",
    "extra", "measures_agree", "facts_agree", "facts_differ", "category", "category_known", "brand_same",
    "brand_in_title", "price_gap", "price_known", "one_language", "codes_known", "colour_agrees", "covered_best", "covered_least", "code_alone", "codes_in_words", "colour_alone",
)  # fmt: skip

_DIGITS, _DIGIT, _LETTER = re.compile(r"\d+"), re.compile(r"\d"), re.compile(r"[a-z]")
_TOLERANCE = 0.02
"""Two shops round differently (170 and 171 g); the next size of anything is further away."""
_BINARY = 0.03
"""A gigabyte is 1000 or 1024 megabytes."""
_SHARED_START = 5
_ALIKE = 0.5
"""Below this share of common words, two titles with one code speak of different things."""
_DISCOUNT = math.log(4)
"""A price four times another is not explained by a sale."""


def _close(one: float, other: float, unit: str) -> bool:
    return math.isclose(one, other, rel_tol=_BINARY if unit == "GB" else _TOLERANCE, abs_tol=1e-9)


def _held(amount: float, amounts: Iterable[float], unit: str) -> bool:
    return any(_close(amount, other, unit) for other in amounts)


def disagree(one: Measures, other: Measures) -> bool:
    """Tell whether each side measures something in a unit that the other measures too, and finds it different."""
    return any(
        not any(_held(amount, other[unit], unit) for amount in amounts)
        for unit, amounts in one.items()
        if unit in other
    )


def _apart(one: Profile, other: Profile) -> bool:
    """Whether the titles measure different things: each names a measure that the other product does not have.

    A title that is silent about a unit speaks through its product's attributes.
    """
    for unit in one.measures.keys() | other.measures.keys():
        mine, theirs = one.measures.get(unit, frozenset()), other.measures.get(unit, frozenset())
        lacking = [a for a in mine if not _held(a, other.measured.get(unit, ()), unit)]
        missing = [a for a in theirs if not _held(a, one.measured.get(unit, ()), unit)]
        if mine and theirs:
            if lacking and missing:
                return True
        elif unit in one.measured and unit in other.measured and (lacking or missing):
            return True
    return False


def _same_code(one: str, other: str) -> bool:
    # Shops add the colour or the country to a code, or leave the series out in front of it.
    short, long = sorted((one, other), key=len)
    return (len(short) >= _SHARED_START and (long.startswith(short) or long.endswith(short))) or short == long


def codes(one: Profile, other: Profile, vocabulary: Vocabulary) -> tuple[float, float, bool]:
    """Return how much the model codes agree and differ (by rarity, natural logarithm), and whether two are rivals.

    Rivals are two codes of one maker's scheme that are not the same: `sd990is` and `sd1100is`, `345020b21` and `359031b21`.
    """
    left, right = one.codes, other.codes
    agreed = max((vocabulary.rarity(min(a, b, key=len)) for a in left for b in right if _same_code(a, b)), default=0.0)
    mine = [code for code in left if not any(_same_code(code, o) for o in right)]
    theirs = [code for code in right if not any(_same_code(code, o) for o in left)]
    differed = min(max(map(vocabulary.rarity, mine), default=0.0), max(map(vocabulary.rarity, theirs), default=0.0))
    return agreed, differed, any(_rivals(a, b) for a in mine for b in theirs)


def _rivals(one: str, other: str) -> bool:
    letters = _DIGITS.sub("", one)
    return (len(letters) > 1 and letters == _DIGITS.sub("", other)) or (
        len(one) >= _SHARED_START
        and _DIGIT.sub("0", one)[:2] == _DIGIT.sub("0", other)[:2]
        and _shape(one) == _shape(other)
    )


def _shape(code: str) -> str:
    return _LETTER.sub("a", _DIGIT.sub("0", code))


def vetoes(one: Profile, other: Profile) -> list[str]:
    """Return what rules out that two products are the same.

    `anonymous`: nothing says that the maker is the same, neither brand nor code. `brand`, `gtin`, `colour`, `size` and `measure` speak for themselves; `number`: the same attribute with another
    number; `model` and `generation`: each title has a model code or a bare number that the other lacks, and they have
    no code in common (in four benchmarks that is so for at most 10 % of what is the same, and for 48 to 90 % of the rest).
    """
    found: list[str] = []
    has_code = any(_same_code(a, b) for a in one.codes for b in other.codes)
    if not has_code:
        if one.codes and other.codes:
            found.append("model")
        if one.numbers - other.numbers and other.numbers - one.numbers:
            found.append("generation")
    if one.brand and other.brand:
        if not _brands_meet(one, other):
            found.append("brand")
    elif not _brand_named(one, other) and not _brand_named(other, one) and not has_code:
        found.append("anonymous")
    left, right = (gtin14(p.product.identifiers.get("gtin", "")) for p in (one, other))
    if left and right and left != right:
        found.append("gtin")
    if one.colours and other.colours and one.colours.isdisjoint(other.colours):
        found.append("colour")
    if _apart(one, other):
        found.append("measure")
    mine, theirs = one.facts, other.facts
    if any(disagree(mine.numbers[key], theirs.numbers[key]) for key in mine.numbers.keys() & theirs.numbers.keys()):
        found.append("number")
    if any(
        mine.texts[key].isdisjoint(theirs.texts[key]) for key in ("size",) if key in mine.texts and key in theirs.texts
    ):
        found.append("size")
    return found


def unlike(one: Profile, other: Profile, vocabulary: Vocabulary) -> bool:
    """Tell whether the titles of two products have so little in common that they speak of different things."""
    return features(one, other, vocabulary)[FEATURES.index("title")] < _ALIKE


def _brands_meet(one: Profile, other: Profile) -> bool:
    short, long = sorted((one.brand or "", other.brand or ""), key=len)
    # "Philips" sells what another shop lists under "Philips Sonicare".
    return long.startswith(short) or fuzz.ratio(short, long) >= 85


def features(one: Profile, other: Profile, vocabulary: Vocabulary) -> list[float]:
    """Return the numbers of `FEATURES` for a pair."""
    shared = [language for language in LANGUAGES if language in one.words and language in other.words]
    pairs = [(one.words[x], other.words[x]) for x in shared] or [
        (mine, theirs) for mine in one.words.values() for theirs in other.words.values()
    ]
    titles = [(" ".join(sorted(a.all)), " ".join(sorted(b.all)), a, b) for a, b in pairs]
    left_text, right_text, left, right = max(titles, key=lambda t: fuzz.token_set_ratio(t[0], t[1]))
    weight = {word: vocabulary.rarity(word) for word in left.all | right.all}
    both, mine, theirs = left.all & right.all, left.all - right.all, right.all - left.all
    total = sum(weight.values()) or 1.0
    shared_weight = sum(weight[w] for w in both)
    covered = [shared_weight / (shared_weight + sum(weight[w] for w in rest) or 1.0) for rest in (mine, theirs)]
    unsaid = [w for w in mine if vocabulary.used(w, other)], [w for w in theirs if vocabulary.used(w, one)]
    agreed, differed, rival = codes(one, other, vocabulary)
    common = left.numbers & right.numbers
    odd = min(len(left.numbers - right.numbers), len(right.numbers - left.numbers))
    facts_agree, facts_differ = _facts(one, other)
    gap = _price_gap(one, other)
    paths = [" ".join(p.product.category).casefold() for p in (one, other)]
    return [
        fuzz.token_set_ratio(left_text, right_text) / 100,
        fuzz.token_sort_ratio(left_text, right_text) / 100,
        shared_weight / total,
        agreed / 10,
        differed / 10,
        float(rival),
        min(len(common), 3) / 3,
        min(odd, 2) / 2,
        min(len(left.numbers ^ right.numbers), 3) / 3,
        sum(weight[w] for group in unsaid for w in group) / total,
        min(sum(weight[w] for w in mine), sum(weight[w] for w in theirs)) / total,
        min(_shared(one.measured, other.measured), 4) / 4,
        min(facts_agree, 6) / 6,
        min(facts_differ, 6) / 6,
        fuzz.token_set_ratio(*paths) / 100 if all(paths) else 0.0,
        float(all(paths)),
        float(bool(one.brand and other.brand)),
        float(_brand_named(one, other) or _brand_named(other, one)),
        0.0 if gap is None else min(gap, _DISCOUNT) / _DISCOUNT,
        float(gap is not None),
        float(bool(shared)),
        float(bool(one.codes) and bool(other.codes)),
        float(bool(one.colours & other.colours)),
        max(covered),
        min(covered),
        float(bool(one.codes) != bool(other.codes)),
        agreed / 10 * shared_weight / total,
        float(bool(one.colours) != bool(other.colours)),
    ]


def _brand_named(one: Profile, other: Profile) -> bool:
    """Whether the title of a product without a brand names the brand of `one`."""
    return not other.brand and bool(one.brand_words) and one.brand_words <= other.everything


def _shared(one: Measures, other: Measures) -> int:
    return sum(_held(amount, other[unit], unit) for unit in one.keys() & other.keys() for amount in one[unit])


def _facts(one: Profile, other: Profile) -> tuple[int, int]:
    agree = differ = 0
    mine, theirs = one.facts, other.facts
    for key in mine.texts.keys() & theirs.texts.keys():
        same = not mine.texts[key].isdisjoint(theirs.texts[key])
        agree, differ = agree + same, differ + (not same)
    for key in mine.flags.keys() & theirs.flags.keys():
        same = mine.flags[key] == theirs.flags[key]
        agree, differ = agree + same, differ + (not same)
    for key in mine.numbers.keys() & theirs.numbers.keys():
        agree += not disagree(mine.numbers[key], theirs.numbers[key])
    return agree, differ


def _price_gap(one: Profile, other: Profile) -> float | None:
    left, right = one.product.price, other.product.price
    if left is None or right is None or left.currency != right.currency or not left.amount or not right.amount:
        return None
    return abs(math.log(left.amount / right.amount))
