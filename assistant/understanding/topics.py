"""What of a product is asked about: its weight, its price, what buyers say, whether it is waterproof, or all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.catalogue.gazetteer import Entry, Gazetteer
from assistant.constraint import Constraint
from assistant.product import Value
from assistant.understanding.understood import COLOUR_KEYS, Understood

REVIEWS, ALL, VARIANTS = "reviews", "all", "variants"
"""Topics that are no attribute: what buyers wrote, everything, the colours and sizes there are."""
SIZE_KEYS = ("size", "尺码", "尺寸")


class Topic(Value):
    """One thing that is asked: `words` as the shopper said it, `keys` the attributes that may answer it."""

    words: str
    keys: tuple[str, ...]


class Claim(Value):
    """One value that is asked about ("is it waterproof"): every demand that it may mean, empty when nobody knows it."""

    words: str
    meanings: tuple[Constraint, ...] = ()


# Words that name a property without being its label; every key that a catalogue may keep it under.
_SPOKEN = tuple(
    (re.compile(pattern, re.I), keys)
    for pattern, keys in (
        (r"\bhow (?:heavy|light)\b|\bweighs?\b|\bweights?\b|多重|重量|多少[克斤]|几斤", ("weight", "净重", "重量")),
        (r"\bhow long\b.*\b(?:batter|charge|last)|\bbattery\b|续航|待机|电池", ("battery_life", "battery_life_with_case", "battery_capacity", "battery")),
        (r"\bhow (?:fast|quick)\b|\bspeed\b|多快|速度", ("print_speed", "speed", "refresh_rate")),
        (r"\bhow (?:loud|quiet|noisy)\b|\bnoise level\b|噪音", ("noise_level", "noise")),
        (r"\bhow (?:old|new)\b|\bwhen (?:was|did)\b|\b(?:what|which) year\b|\breleased?\b|哪一?年|上市|发布", ("release_year",)),
        (r"\bhow tall\b|\bheight\b|多高|高度", ("height", "dimensions")),
        (r"\bhow wide\b|\bwidth\b|多宽|宽度", ("width", "dimensions")),
        (r"\bhow (?:deep|thick|thin)\b|\bthickness\b|多厚|厚度", ("thickness", "depth", "dimensions")),
        (r"\bhow (?:big|large|small)\b|\bdimensions?\b|多大|大小|几寸", ("screen_size", "size", "dimensions", "capacity", "volume", "diameter")),
        (r"\bhow bright\b|多亮|亮度", ("brightness",)),
        (r"\bmade (?:of|from)\b|\bmaterials?\b|材质|材料|什么做的", ("material",)),
        (r"\bresolutions?\b|分辨率|清晰度", ("resolution", "camera_resolution")),
        (r"\bcameras?\b|\bmegapixels?\b|像素|摄像头", ("camera_resolution", "rear_camera", "front_camera")),
        (r"\bscreen\b|\bdisplay\b|屏幕", ("screen_size", "resolution", "panel_type", "refresh_rate")),
        (r"\bchip(?:set)?\b|\bcpu\b|\bprocessor\b|处理器|芯片", ("processor", "chipset")),
        (r"\b(?:storage|hard (?:disk|drive)|ssd)\b|存储|硬盘", ("storage",)),
        (r"\b(?:ram|memory)\b|内存|运存", ("memory",)),
        (r"\bwater(?:proof(?:ing)?| ?resist\w*)\b|\bip\d\d\b|防水", ("water_resistance", "water_resistant", "waterproof")),
        (r"\bwarranty\b|\bguarantee\b|保修|质保", ("warranty",)),
        (r"\bwho (?:makes|made)\b|\bbrands?\b|品牌|牌子|哪家", ("brand",)),
        (r"\bcolou?rs?\b|颜色", (VARIANTS, *COLOUR_KEYS)),
        (r"\bsizes?\b|尺码|码数", (VARIANTS, *SIZE_KEYS)),
        (r"\b(?:in stock|stock|available|availability|left|sold out)\b|有货|现货|库存|缺货|还有吗|还剩", ("availability",)),
        (r"\breviews?\b|\bwhat (?:do|did) (?:people|buyers|others|customers)\b|\bbuyers say\b|评价|评论|口碑|买家", (REVIEWS,)),
        (r"\brat(?:ed|ing|ings)\b|\bstars?\b|\bscore\b|评分", ("rating",)),
        (r"\bprices?\b|\bcosts?\b|\bhow much (?:is|are|for|does|do|would)\b|\bhow much\s*\??$|价格|多少钱|价钱|售价|什么价|怎么卖", ("price",)),
    )
)  # fmt: skip
_QUESTION = frozenset(("how", "what", "which", "多", "什么", "哪"))
_ALL = re.compile(
    r"\b(?:tell me (?:more|about|everything)|more (?:about|info\w*|details?)|details?|specs?|specifications?|describe|"
    r"features|how is|how's|how are|what about|any good)\b|介绍|详细|详情|参数|配置|说说|了解|怎么样|好不好|如何|规格",
    re.I,
)


def topics(understood: Understood, facets: Mapping[str, str]) -> tuple[Topic, ...]:
    """Return what a message asks about, in its order; `facets` maps every name of an attribute to its key."""
    marked = [e for e in understood.parse.entities if e.entity == "facet"]
    found: list[Topic] = []
    for entity in marked:
        topic = topic_of(entity.value, facets)
        # "how" is marked alone where a sentence is long: what is asked stands around it.
        if not topic.keys:
            topic = _spoken(understood.parse.text, topic)
        found.append(topic)
    if not marked:
        found = [
            Topic(words=match[0], keys=keys)
            for pattern, keys in _SPOKEN
            if (match := pattern.search(understood.parse.text))
        ]
        if len(found) == 1:
            # 摄像头多少像素: the catalogue may keep it under a name of its own.
            found = [Topic(words=found[0].words, keys=(*found[0].keys, *understood.mentioned))]
        if not found:
            found = [Topic(words=key, keys=(key,)) for key in understood.facets or understood.mentioned]
    return tuple({topic.keys or topic.words: topic for topic in found}.values())


def all_asked(text: str) -> bool:
    """Whether a message asks for everything there is to say."""
    return bool(_ALL.search(text))


def topic_of(words: str, facets: Mapping[str, str]) -> Topic:
    """Return the property that `words` name; without keys when they name none."""
    lowered = words.casefold().strip()
    if lowered in _QUESTION:
        # A question word is marked alone where the sentence says what is asked.
        return Topic(words=words, keys=())
    if lowered not in facets and lowered.isascii():
        lowered = lowered.removesuffix("s")
    keys: list[str] = [facets[lowered]] if lowered in facets else []
    keys += [key for pattern, spoken in _SPOKEN if pattern.search(lowered) for key in spoken]
    if not keys:
        # "battery" names battery life and battery capacity.
        keys = [key for name, key in facets.items() if _holds(name, lowered)]
    if not keys:
        inside = [name for name in facets if len(name) > 1 and _holds(lowered, name)]
        keys = [facets[max(inside, key=len)]] if inside else []
    return Topic(words=words, keys=tuple(dict.fromkeys(keys)))


def _holds(name: str, word: str) -> bool:
    """Whether `word` is a part of `name`; Latin words are whole ones."""
    if not word.isascii():
        return len(word) > 1 and word in name
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", name)) if len(word) > 1 else False


def _spoken(text: str, topic: Topic) -> Topic:
    return next((Topic(words=m[0], keys=keys) for p, keys in _SPOKEN if (m := p.search(text))), topic)


def demanded(understood: Understood) -> tuple[Constraint, ...]:
    """Return the demands of a message less those that its property words only look like ("battery" is also a value)."""
    talk = [e.value.casefold() for e in understood.parse.entities if e.entity in ("facet", "superlative", "ordinal")]
    return tuple(
        c for c in understood.constraints if not (c.said and any(c.said.casefold() in words for words in talk))
    )


def claims(understood: Understood, gazetteer: Gazetteer, pointed: Iterable[Constraint] = ()) -> tuple[Claim, ...]:
    """Return the values that a message asks about; `pointed` are the demands that only say which product is meant."""
    taken = {c.said.casefold() for c in pointed}
    demands = [c for c in demanded(understood) if c.attribute != "category" and c.said.casefold() not in taken]
    found: dict[str, Claim] = {}
    for entity in understood.parse.entities:
        if entity.entity not in ("attribute", "colour", "brand") or entity.value.casefold() in taken:
            continue
        meanings = [c for c in demands if c.said and (c.said in entity.value or entity.value in c.said)]
        meanings += [_demand(entry, entity.value) for entry in _entries(entity.value, gazetteer)]
        found[entity.value.casefold()] = Claim(words=entity.value, meanings=_once(meanings))
    spoken = " ".join(found)
    for c in demands:
        if c.attribute not in ("price", "brand") and c.said and c.said.casefold() not in spoken:
            found[c.said.casefold()] = Claim(words=c.said, meanings=(c,))
    return tuple(found.values())


def _entries(words: str, gazetteer: Gazetteer) -> Sequence[Entry]:
    return [e for e in gazetteer.lookup(words) if e.attribute != "category"]


def _demand(entry: Entry, said: str) -> Constraint:
    return Constraint(attribute=entry.attribute, operator="=", value=entry.value, unit=entry.unit, said=said)  # type: ignore[arg-type]


def _once(meanings: Sequence[Constraint]) -> tuple[Constraint, ...]:
    return tuple({c.key: c for c in meanings}.values())
