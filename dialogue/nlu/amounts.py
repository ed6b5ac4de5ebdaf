"""Prices as shoppers say them: the words of one price demand, in English and Chinese.

What comes back is a whole span of the labelling guide: comparison and currency words are inside, "budget" is not.
"""

from __future__ import annotations

from random import Random

from assistant.product import Language

_DIGITS = "零一二三四五六七八九"
_UNITS = ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"))
_ENGLISH_WORDS = {
    20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 80: "eighty", 100: "a hundred",
    150: "a hundred and fifty", 200: "two hundred", 300: "three hundred", 500: "five hundred",
    1_000: "a thousand", 1_500: "fifteen hundred", 2_000: "two thousand", 5_000: "five thousand",
}  # fmt: skip
_LEADING = (1, 1.2, 1.5, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9)
_SCALES: dict[Language, tuple[int, ...]] = {
    "en": (10, 10, 100, 100, 100, 1_000),
    "zh": (10, 100, 100, 1_000, 1_000, 10_000),
}
_SIGNS = ("$", "$", "$", "£", "€")
_CURRENCIES = ("dollars", "dollars", "bucks", "usd", "pounds", "quid", "euros", "EUR")
_YUAN = ("元", "块", "块钱")
_BELOW = (
    "under",
    "below",
    "less than",
    "up to",
    "at most",
    "max",
    "no more than",
    "not over",
    "within",
    "cheaper than",
)
_ABOVE = ("over", "above", "more than", "at least", "from", "starting at")
_ABOUT = ("around", "about", "roughly", "approximately", "somewhere around", "close to")
_ABOUT_BEHIND = ("ish", "ish", " or so", " give or take")
_BELOW_BEHIND = (" or less", " max", " tops", " at most", " or under")
_ABOVE_BEHIND = (" or more", " and up", "+")
_ZH_BELOW = ("以内", "以下", "之内", "内", "以里")
_ZH_BELOW_BEFORE = ("不超过", "低于", "最多", "不高于", "少于", "小于", "最高", "别超过", "不要超过")
_ZH_ABOVE = ("以上", "起")
_ZH_ABOVE_BEFORE = ("至少", "超过", "高于", "不低于", "最少", "大于")
_ZH_ABOUT = ("左右", "上下", "左右", "的样子")
_ZH_ABOUT_BEFORE = ("大概", "大约", "差不多", "约")


def price(language: Language, pick: Random) -> str:
    """Return a price demand that stands on its own: `under $300`, `200-300`, `三千以内`, `两三百`."""
    return _english(pick) if language == "en" else _chinese(pick)


def budget(language: Language, pick: Random) -> str:
    """Return what can follow "my budget is" or 预算: a price demand, or as often a bare amount (`3k`, `5000`)."""
    if pick.random() < 0.5:
        return price(language, pick)
    if language == "en":
        return _amount(_number(language, pick), pick)
    return _yuan(_number(language, pick), pick)


def han(number: int) -> str:
    """Return a whole number from 1 to 99,999 as it is spoken: 1500 is 一千五, 200 is 两百, 305 is 三百零五."""
    if not 1 <= number < 100_000:
        raise ValueError(f"{number} is not from 1 to 99,999")
    words, rest, gap, previous = "", number, False, 0
    for unit, name in _UNITS:
        digit, rest = divmod(rest, unit)
        if not digit:
            gap = bool(words)
            continue
        if previous == unit * 10 and not rest:
            return words + _DIGITS[digit]  # 一千五: the last unit is not said
        spoken = "两" if digit == 2 and unit > 10 else _DIGITS[digit]
        words += ("零" if gap else "") + (name if digit == 1 and unit == 10 and not words else spoken + name)
        gap, previous = False, unit
    if rest:
        words += ("零" if gap else "") + _DIGITS[rest]
    return words


def _number(language: Language, pick: Random) -> int:
    """Return a round number, of every magnitude about equally often; now and then one like 299."""
    number = int(pick.choice(_LEADING) * pick.choice(_SCALES[language]))
    return number - 1 if number >= 100 and pick.random() < 0.08 else number


def _digits(number: int, pick: Random) -> str:
    """Write a number in digits: 1500, 1,500 or 1.5k."""
    style = pick.random()
    if number >= 1_000 and not number % 100 and style < 0.35:
        return f"{number / 1_000:g}{pick.choice('kkK')}"
    return f"{number:,}" if number >= 1_000 and style < 0.6 else str(number)


def _amount(number: int, pick: Random) -> str:
    """Write an English amount, mostly with its currency: `$300`, `300 dollars`, `fifty bucks`, `300`."""
    style = pick.random()
    if style < 0.4:
        return pick.choice(_SIGNS) + _digits(number, pick)
    if style < 0.55 and number in _ENGLISH_WORDS:
        return f"{_ENGLISH_WORDS[number]} {pick.choice(_CURRENCIES[:6])}"
    if style < 0.75:
        return f"{_digits(number, pick)} {pick.choice(_CURRENCIES)}"
    return _digits(number, pick)


def _english(pick: Random) -> str:
    number, form = _number("en", pick), pick.random()
    if form < 0.42:
        return f"{pick.choice(_BELOW)} {_amount(number, pick)}"
    if form < 0.47:
        return f"{pick.choice(('<', '< ', '<=', '≤'))}{pick.choice(('', '$'))}{number}"
    if form < 0.55:
        return _amount(number, pick) + pick.choice(_BELOW_BEHIND)
    if form < 0.65:
        return f"{pick.choice(_ABOUT)} {_amount(number, pick)}"
    if form < 0.72:
        return pick.choice(("", "$", "£")) + str(number) + pick.choice(_ABOUT_BEHIND)
    if form < 0.8:
        return f"{pick.choice(_ABOVE)} {_amount(number, pick)}"
    if form < 0.83:
        return pick.choice(("", "$")) + str(number) + pick.choice(_ABOVE_BEHIND)
    return _english_range(number, pick)


def _english_range(low: int, pick: Random) -> str:
    high = low + max(10, int(low * pick.choice((0.2, 0.5, 1))))
    sign, word = ("", "") if (style := pick.random()) < 0.3 else (pick.choice(_SIGNS), "")
    if style > 0.75:
        sign, word = "", " " + pick.choice(_CURRENCIES)
    if low >= 1_000 and pick.random() < 0.3:
        low, high = low // 1_000, max(high // 1_000, low // 1_000 + 1)
        return f"{sign}{low}{pick.choice(('-', ' to '))}{high}k{word}"
    return pick.choice(
        (
            f"between {sign}{low} and {sign}{high}{word}",
            f"from {sign}{low} to {sign}{high}{word}",
            f"{sign}{low}-{high}{word}",
            f"{sign}{low} to {sign}{high}{word}",
            f"{sign}{low} - {sign}{high}{word}",
        )
    )


def _written(number: int, pick: Random) -> str:
    """Write a Chinese number: 1500, 一千五, 1.5k, 1.5千, 3万, 3w."""
    style = pick.random()
    if style < 0.4 and not number % 10 and number > 10:
        return han(number)
    if number >= 10_000 and not number % 1_000 and style < 0.6:
        return f"{number / 10_000:g}{pick.choice('万wW')}"
    if number >= 1_000 and not number % 100 and style < 0.55:
        return f"{number / 1_000:g}{pick.choice('kK千')}"
    return str(number)


def _yuan(number: int, pick: Random) -> str:
    written = _written(number, pick)
    if written.isdecimal() and pick.random() < 0.1:
        return pick.choice("¥￥") + written
    return written + _currency(written, pick)


def _currency(written: str, pick: Random) -> str:
    """Return the currency word that may follow; none after 一千五, whose last unit is not said, nor after 3k."""
    said = (written[-1] not in _DIGITS and not written[-1].isalpha()) or written[-1] in "十百千万"
    return pick.choice(_YUAN) if said and pick.random() < 0.45 else ""


def _chinese(pick: Random) -> str:
    number, form = _number("zh", pick), pick.random()
    if form < 0.32:
        return _yuan(number, pick) + pick.choice(_ZH_BELOW)
    if form < 0.46:
        return pick.choice(_ZH_BELOW_BEFORE) + _yuan(number, pick)
    if form < 0.6:
        return _yuan(number, pick) + pick.choice(_ZH_ABOUT)
    if form < 0.64:
        return pick.choice(_ZH_ABOUT_BEFORE) + _yuan(number, pick)
    if form < 0.74:
        return _yuan(number, pick) + pick.choice(_ZH_ABOVE)
    if form < 0.8:
        return pick.choice(_ZH_ABOVE_BEFORE) + _yuan(number, pick)
    if form < 0.88:
        return _about_two(pick)
    if form < 0.91:
        written = _written(number, pick)
        # A bare amount is a price only with its currency: 两百块钱的.
        return f"{written if written[-1] not in _DIGITS else number}{pick.choice(_YUAN)}"
    return _chinese_range(number, pick)


def _about_two(pick: Random) -> str:
    """Two neighbouring digits: 两三百, 四五千, 七八百块."""
    low = pick.randint(1, 8)
    digits = ("两" if low == 2 else _DIGITS[low]) + (_DIGITS[low + 1] if low > 1 else "两")
    tail = pick.choice(("", "", "块", "块钱", "元", "左右", "以内"))
    return digits + pick.choice("百百千千万") + tail


def _chinese_range(low: int, pick: Random) -> str:
    high = low + max(10, int(low * pick.choice((0.2, 0.5, 1))))
    link = pick.choice(("-", "到", "至", "~", "～"))
    if low % 1_000 == 0 and high % 1_000 == 0 and high < 10_000 and pick.random() < 0.5:
        return f"{_one(low // 1_000, pick)}{pick.choice('到至')}{_one(high // 1_000, pick)}千{pick.choice(('', '块', '元'))}"
    tail = pick.choice(("", "", "元", "块", "元之间", "之间", "块钱"))
    return f"{low}{link}{high}{tail}"


def _one(digit: int, pick: Random) -> str:
    return str(digit) if pick.random() < 0.5 else ("两" if digit == 2 else _DIGITS[digit])
