"""The most or the least of something: cheapest, lightest, longest battery life, 评分最高, and "the cheap one" of a few."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.product import Value

_SIZES = ("screen_size", "size", "capacity", "volume", "diameter", "storage")
_BATTERY = ("battery_life", "battery_life_with_case", "battery_capacity", "battery")


class Superlative(Value):
    """The most (`descending`) or the least of the first of `attributes` that the products in question state."""

    attributes: tuple[str, ...]
    descending: bool


# The first pattern that fits decides. Comparatives and plain adjectives count too: of two, "the lighter one" is one.
_KNOWN = tuple(
    (re.compile(pattern, re.I), Superlative(attributes=attributes, descending=descending))
    for pattern, attributes, descending in (
        (r"\b(?:least|less) expensive\b|\bmost affordable\b|\blowest[- ]price|价格?最低|最低价", ("price",), False),
        (r"\bmost expensive\b|\bdearest\b|\bpric(?:iest|ier|y)\b|\bhighest price|\bexpensive\b|最高价|价格?最高|贵", ("price",), True),
        (r"\bcheap(?:est|er)?\b|\baffordable\b|便宜|实惠", ("price",), False),
        (r"\bmost (?:popular|reviewed|bought)\b|\bbest[- ]?sell|\bpopular\b|最(?:受欢迎|热门|火|畅销)|销量|卖得最好|评价最多", ("review_count",), True),
        (r"\b(?:worst|lowest)[- ]?(?:rated|rating|reviewed)\b|评分最低|评价最差|最差", ("rating",), False),
        (r"\b(?:best|highest|top|better)[- ]?(?:rated|rating|reviewed|score)|(?:评分|评价|口碑|得分)最?(?:高|好)|好评", ("rating",), True),
        (r"\bnew(?:est|er)\b|\blatest\b|\bmost recent\b|最新|新款", ("release_year",), True),
        (r"\boldest\b|最老|最旧", ("release_year",), False),
        (r"\blight(?:est|er)\b|\blight\b|轻", ("weight",), False),
        (r"\bheav(?:iest|ier|y)\b|最重|重一?点?的|那个重", ("weight",), True),
        (r"\b(?:longest|best|longer|most)[- ](?:battery|lasting)|续航(?:最|更)?(?:长|久|好|强)|电池最?(?:耐用|持久)|待机最长", _BATTERY, True),
        (r"\b(?:shortest|worst)[- ]battery|续航最?(?:短|差)", _BATTERY, False),
        (r"\b(?:biggest|largest|bigger|larger)[- ]batter|电池(?:容量)?最大|最大(?:的)?电池", ("battery_capacity", *_BATTERY), True),
        (r"\b(?:biggest|largest|bigger|larger|big|large)[- ](?:screen|display)|屏幕?(?:最|更)大|最?大屏", ("screen_size",), True),
        (r"\b(?:smallest|smaller|small)[- ](?:screen|display)|屏幕?(?:最|更)小|最?小屏", ("screen_size",), False),
        (r"\bquiet(?:est|er)\b|\bsilent\b|最安静|最?静音|噪[音声]最小", ("noise_level", "noise"), False),
        (r"\bloud(?:est|er)\b|最响", ("noise_level", "output_power", "power"), True),
        (r"\bthin(?:nest|ner)\b|最薄", ("thickness", "depth", "weight"), False),
        (r"\bfast(?:est|er)\b|最快", ("print_speed", "speed", "refresh_rate"), True),
        (r"\bbright(?:est|er)\b|最亮", ("brightness",), True),
        (r"\b(?:strongest|most powerful)\b|功率最大|最?大功率", ("power", "output_power"), True),
        (r"\btall(?:est|er)\b|最高的", ("height",), True),
    )
)  # fmt: skip
_MOST = re.compile(
    r"\b(?:most|largest|biggest|highest|longest|larger|bigger|max(?:imum)?|best)\b|最?(?:大|高|长|多|强|好)", re.I
)
_LEAST = re.compile(r"\b(?:least|smallest|lowest|shortest|fewest|smaller|min(?:imum)?)\b|最?(?:小|低|短|少)", re.I)
_SIZE = re.compile(r"\b(?:biggest|largest|bigger|larger|big|large)\b|最大", re.I)
_SMALL = re.compile(r"\b(?:smallest|smaller|small|most compact)\b|最小", re.I)
_BEST = re.compile(r"\bbest\b|最好", re.I)


def superlative(words: str, facets: Mapping[str, str]) -> Superlative | None:
    """Return what `words` ask the most or least of; `facets` maps the names of attributes to their keys."""
    for pattern, found in _KNOWN:
        if pattern.search(words):
            return found
    lowered = words.casefold()
    named = [name for name in facets if len(name) > 1 and name in lowered]
    if named:
        key = facets[max(named, key=len)]
        if _LEAST.search(words):
            return Superlative(attributes=(key,), descending=False)
        if _MOST.search(words):
            return Superlative(attributes=(key,), descending=True)
    if _SIZE.search(words):
        return Superlative(attributes=_SIZES, descending=True)
    if _SMALL.search(words):
        return Superlative(attributes=_SIZES, descending=False)
    return Superlative(attributes=("rating",), descending=True) if _BEST.search(words) else None
