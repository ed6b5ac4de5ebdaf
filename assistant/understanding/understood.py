"""What a message means to this catalogue: the value that the turn works on, and how it is made from Rasa's parse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wordfreq import zipf_frequency

from assistant.catalogue.gazetteer import Entry, Gazetteer, Mention
from assistant.constraint import Constraint, Operator, each
from assistant.product import Language, Value
from assistant.state import Order
from assistant.understanding.language import language_of
from assistant.understanding.ordinals import ordinal
from assistant.understanding.price import price_bounds
from assistant.understanding.script import simplified
from assistant.understanding.sizes import sized
from assistant.understanding.superlatives import superlative
from assistant.understanding.wanted import ALSO, CORRECTS, JOINED, PREFERENCE, REFUSAL, either

COLOUR_KEYS = ("colour", "color", "product_colour", "颜色")
_KINDS = ("type", "product_type", "gender")
"""Attributes whose values are said in the place of the thing: "mascara", "boy's"."""
_NEGATED, _PREFERRED = "not", "soft"
_AFTERTHOUGHT = re.compile(r"(?:instead|please|then|now|too|also|thanks|again|maybe|though)\W*$", re.I)
_SOLD_ON = re.compile(r"\b(?:on|in|via|through)\s+$", re.I)
_ORDINARY = 4.5
"""Zipf frequency from which a word is an ordinary one (wordfreq): nothing 5.6, king 5.2, sony 4.2."""
_RATING = re.compile(
    r"(?:\brat(?:ed|ing)s?|\bscore|评分|评价)\D{0,14}?([0-4](?:\.\d)?|5)(?!\d)|(?<!\d)([0-4](?:\.\d)?|5)[ -]?(?:stars?\b|星)",
    re.I,
)


FALLBACK = "nlu_fallback"
"""Rasa's intent of a message whose guess is too unsure; `unclear` is one that is surely nothing."""


class RasaEntity(Value):
    """One entity as Rasa's NLU found it: `start` and `end` are its span, `role` is `not` when it is refused."""

    entity: str
    value: str
    start: int = 0
    end: int = 0
    role: str | None = None


class Parse(Value):
    """Rasa's NLU on one message."""

    text: str
    intent: str
    confidence: float
    entities: tuple[RasaEntity, ...] = ()

    @classmethod
    def from_rasa(cls, message: dict[str, Any]) -> Parse:
        """Convert Rasa's `latest_message`."""
        intent = message.get("intent") or {}
        return cls(
            text=message.get("text") or "",
            intent=intent.get("name") or FALLBACK,
            confidence=float(intent.get("confidence") or 0),
            entities=tuple(
                RasaEntity(
                    entity=e["entity"],
                    value=str(e["value"]),
                    start=e.get("start") or 0,
                    end=e.get("end") or 0,
                    role=e.get("role"),
                )
                for e in message.get("entities") or ()
            ),
        )


class Understood(Value):
    """A message in this catalogue's terms.

    `query` is what is searched for in words, `constraints` the demands, `order` what is wanted most or least of,
    `product` the words for the wanted thing, `facets` attribute keys that are talked about, `mentioned` those whose names
    stand in the words, marked by the NLU or not, `ordinal` the place on
    screen (1 = first, -1 = last), `corrects` whether the words say that an earlier demand is changed on purpose, `also`
    whether they say that something is done as before.
    """

    parse: Parse
    language: Language
    query: str = ""
    product: str | None = None
    constraints: tuple[Constraint, ...] = ()
    order: Order | None = None
    facets: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    ordinal: int | None = None
    corrects: bool = False
    also: bool = False

    @property
    def category(self) -> str | None:
        """The category path that is named, if one is."""
        return next((str(c.value) for c in self.constraints if c.names_kind), None)

    @property
    def vague(self) -> bool:
        """Whether nothing in it says what is wanted: "I'd like to buy something"."""
        return not (self.parse.entities or self.constraints or self.order)


def _in_simplified(parse: Parse) -> Parse:
    text = simplified(parse.text)
    if text == parse.text:
        return parse
    # Characters keep their places, so the NLU's spans still hold.
    entities = tuple(e.model_copy(update={"value": text[e.start : e.end] or e.value}) for e in parse.entities)
    return parse.model_copy(update={"text": text, "entities": entities})


def understand(
    parse: Parse,
    gazetteer: Gazetteer,
    facet_names: dict[str, str],
    rates: dict[str, Decimal],
    currency: str,
    language: Language,
    turn: int,
    category: str | None = None,
) -> Understood:
    """Turn Rasa's parse into typed values of this catalogue.

    `facet_names` maps labels of attributes to their keys, `rates` gives units of each currency for one US dollar,
    `category` is the category talked about so far.
    """
    parse = _in_simplified(parse)
    text = parse.text
    by_kind: dict[str, list[RasaEntity]] = {}
    for entity in parse.entities:
        by_kind.setdefault(entity.entity, []).append(entity)
    refused = [e for e in parse.entities if e.role == _NEGATED]
    preferred = [e for e in parse.entities if e.role == _PREFERRED]
    products = by_kind.get("product", [])
    product = next((e for e in products if e.role != _NEGATED), None)
    gift = parse.intent == "gift"
    cut: list[tuple[int, int]] = []
    constraints: list[Constraint] = []

    hinted = "price" in by_kind
    for bound in price_bounds(text, hinted):
        amount = convert(bound.amount, bound.currency, currency, rates)
        said = text[bound.start : bound.end]
        soft = _overlaps(preferred, bound.start, bound.end)
        constraints.append(
            Constraint(attribute="price", operator=bound.operator, value=amount, turn=turn, said=said, soft=soft)
        )
        cut.append((bound.start, bound.end))

    mentions = [m for m in gazetteer.find(text) if not any(m.start < end and m.end > start for start, end in cut)]
    mentions = _misspelt(mentions, by_kind, gazetteer, text)
    # "256 GB of storage" wants no storage boxes: what is a property here is no kind of thing, unless it is marked as one.
    properties = [e for e in parse.entities if e.entity in ("facet", "attribute", "colour", "superlative")]
    # 屏幕最大 wants no screens: it says what is wanted most of.
    most = [e for e in by_kind.get("superlative", ()) if superlative(e.value, facet_names)]
    mentions = [m for m in mentions if not _overlaps(most, m.start, m.end)]
    corrects = bool(CORRECTS.search(text))
    if corrects:
        # "Make it a tablet instead": a kind of thing takes the place of another.
        properties = [e for e in properties if not gazetteer.kind(e.value)]
    # "No knives": a kind that is refused is one, however it is marked.
    properties = [e for e in properties if e.role != _NEGATED or not gazetteer.kind(e.value)]
    if gift and not products:
        # "Who likes cooking": an interest that is a kind of thing here says what to look among.
        properties = [e for e in properties if e.entity != "attribute"]
    mentions = [
        m
        for m in mentions
        if products
        or not m.of("category")
        or not (_overlaps(properties, m.start, m.end) or m.text.casefold() in facet_names)
    ]
    named = next(
        (
            e
            for m in mentions
            if (e := m.of("category")) and _is_head(m, products, text) and not _overlaps(refused, m.start, m.end)
        ),
        None,
    )
    # A value means what it means for the kind of thing that is talked about.
    about = str(named.value) if named else category
    constraints += [
        Constraint(attribute="rating", operator=Operator.AT_LEAST, value=Decimal(m[1] or m[2]), turn=turn, said=m[0])
        for m in _RATING.finditer(text)
    ]
    demanded: list[tuple[Mention, Constraint]] = []
    for mention in mentions:
        entry = _meaning(mention, products, by_kind, text, about)
        if entry is None or not _meant(mention, entry, parse.entities, text):
            continue
        if _is_thing(mention, entry, products, mentions, text):
            continue
        # A name that is the whole message refuses nothing, whatever the NLU thinks.
        alone = len(text.strip(" ,.!?，。！？")) <= len(mention.text)
        negated = not alone and (
            _overlaps(refused, mention.start, mention.end) or bool(REFUSAL.search(text[: mention.start]))
        )
        # "Not Samsung or Apple" refuses both.
        before = demanded[-1] if demanded else None
        if before and before[1].operator is Operator.NOT_EQUAL and before[1].attribute == entry.attribute:
            negated = negated or bool(JOINED.fullmatch(text[before[0].end : mention.start]))
        demand = Constraint(
            attribute=entry.attribute,
            operator=Operator.NOT_EQUAL if negated else Operator.EQUAL,
            value=entry.value,
            unit=entry.unit,
            turn=turn,
            said=mention.text,
            soft=_overlaps(preferred, mention.start, mention.end),
        )
        if before and (both := either(before[1], demand, text[before[0].end : mention.start])):
            demanded[-1] = (mention, both)
        else:
            demanded.append((mention, demand))
        if negated:
            cut.append((mention.start, mention.end))
    constraints += [demand for _, demand in demanded]
    order = None
    most_of = [(e.value, e.start, e.end) for e in by_kind.get("superlative", ())]
    for words, start, end in most_of:
        wanted = superlative(words, facet_names)
        if wanted and order is None:
            order = Order(attributes=wanted.attributes, descending=wanted.descending, said=words)
            cut.append((start, end))
    for size in sized(text, gazetteer, about, facet_names):
        soft = _overlaps(preferred, size.start, size.end)
        demands = size.constraints
        refusing = _overlaps(refused, size.start, size.end) or REFUSAL.search(text[: size.start])
        if refusing and all(c.operator is Operator.EQUAL for c in demands):
            refusal = {"operator": Operator.NOT_EQUAL}
            demands = tuple(single.model_copy(update=refusal) for c in demands for single in each(c))
            cut.append((size.start, size.end))
        constraints += [c.model_copy(update={"turn": turn, "soft": soft}) for c in demands]
    once = {c.said for c in constraints if c.attribute != "category"}
    if len(once) == 1 and PREFERENCE.search(text):
        # "Under $160 if possible": there is only one demand that this can be said of.
        constraints = [c if c.attribute == "category" else c.model_copy(update={"soft": True}) for c in constraints]
    return Understood(
        parse=parse,
        language=language_of(text, language),
        query=_wished(parse.entities, cut) if gift else _without(text, cut),
        product=product.value if product else None,
        constraints=tuple(_unique(constraints)),
        order=order,
        facets=tuple(_facets(by_kind.get("facet", ()), text, facet_names)),
        mentioned=tuple(_mentioned(text, facet_names)),
        ordinal=next((n for e in by_kind.get("ordinal", ()) if (n := ordinal(e.value)) is not None), None),
        corrects=corrects,
        also=bool(ALSO.search(text)),
    )


def _overlaps(entities: Sequence[RasaEntity], start: int, end: int) -> bool:
    return any(start < e.end and end > e.start for e in entities)


def convert(amount: Decimal, said: str | None, catalogue: str, rates: dict[str, Decimal]) -> Decimal:
    """Return an amount in the catalogue's currency; one without a currency is taken to be in it."""
    if said is None or said == catalogue or said not in rates or catalogue not in rates:
        return amount
    return (amount * rates[catalogue] / rates[said]).quantize(Decimal("0.01"))


def _misspelt(
    mentions: Sequence[Mention], by_kind: dict[str, list[RasaEntity]], gazetteer: Gazetteer, text: str
) -> list[Mention]:
    """Add the names that the NLU marked where none was found: overlapped by another, or spelt by ear (笔记本殿脑, "shouji")."""
    found = list(mentions)
    for entity in [*by_kind.get("product", ()), *by_kind.get("brand", ())]:
        if any(m.of(a) for m in mentions for a in ("brand", "category") if _head_of(m, entity, text)):
            continue
        # 新手机 begins like 新手 (beginner): what the NLU marked is the name.
        if entries := gazetteer.lookup(entity.value) or gazetteer.sounding(entity.value):
            found = [m for m in found if not (m.start < entity.end and entity.start < m.end)]
            found.append(Mention(entity.start, entity.end, entity.value, entries))
    return sorted(found, key=lambda m: m.start)


def _head_of(mention: Mention, entity: RasaEntity, text: str) -> bool:
    """Whether a name stands at the end of a marked span, where Chinese and English have what is meant."""
    return mention.start < entity.end and entity.start < mention.end and not text[mention.end : entity.end].strip()


def _meaning(
    mention: Mention,
    products: Sequence[RasaEntity],
    by_kind: dict[str, list[RasaEntity]],
    text: str,
    about: str | None,
) -> Entry | None:
    """Choose what a name means here; None when it only looks like a demand."""
    category = mention.of("category")
    if category:
        return category if _is_head(mention, products, text) else None
    if any(e.start < mention.end and e.end > mention.start for e in by_kind.get("colour", ())):
        for key in COLOUR_KEYS:
            if entry := mention.of(key):
                return entry
    return mention.of("brand") or mention.best(about)


def _meant(mention: Mention, entry: Entry, entities: Sequence[RasaEntity], text: str) -> bool:
    """Whether a name that is also an ordinary word ("nothing", "king") is meant as a name: the NLU marked it."""
    word = mention.text
    if entry.attribute != "category" and _part_of_another(mention, entry, entities):
        return False
    # "A laptop on Amazon": that is where it is sold.
    if entry.attribute == "brand" and _SOLD_ON.search(text[: mention.start]):
        return False
    if entry.attribute == "category" or not word.isascii() or " " in word or not word.islower():
        return True
    if zipf_frequency(word, "en") < _ORDINARY:
        return True
    return any(e.start < mention.end and e.end > mention.start and e.entity != "price" for e in entities)


def _is_thing(
    mention: Mention, entry: Entry, products: Sequence[RasaEntity], mentions: Sequence[Mention], text: str
) -> bool:
    """Whether what looks like a value is the wanted thing, or a piece of its name.

    "Instant coffee" is no brown, scissors are no kind of switch, 大红袍 is no red; but "eye shadow" is a type of product.
    """
    if entry.attribute in ("category", *_KINDS):
        return False
    for product in products:
        if _head_of(mention, product, text):
            # 降噪 before 耳机: whatever is marked, the thing is what stands last.
            if any(p.start >= product.end and not text[product.end : p.start].strip() for p in products):
                continue
            plural = mention.text.casefold() == f"{entry.value}s".casefold()
            return entry.attribute != "brand" or plural
        begins = product.start == mention.start and mention.end < product.end and not mention.text.isascii()
        if begins and entry.attribute in COLOUR_KEYS:
            return not any(m.of("category") and _head_of(m, product, text) for m in mentions)
    return False


def _part_of_another(mention: Mention, entry: Entry, entities: Sequence[RasaEntity]) -> bool:
    """Whether what looks like a name is a piece of something else: 新手 in 新手机, 红 in 大红袍, "screen" in "big screen"."""
    for entity in entities:
        if not (mention.start < entity.end and mention.end > entity.start):
            continue
        crosses = mention.start < entity.start < mention.end < entity.end
        inside = entity.start < mention.start and mention.end < entity.end
        larger = entity.end - entity.start > len(mention.text) + 1
        if crosses or (inside and entity.entity == "product" and not mention.text.isascii()):
            return True
        if entry.value is True and entity.entity == "attribute" and larger:
            return True
    return False


def _is_head(mention: Mention, products: Sequence[RasaEntity], text: str) -> bool:
    """Whether a category's name is the wanted thing itself: in "phone case" and 手机壳 the last word is the head."""
    product = next((e for e in products if e.start < mention.end and e.end > mention.start), None)
    if product is None:
        after = text[mention.end :].lstrip()
        after = _AFTERTHOUGHT.sub("", after)
        return not products and not (after and mention.text.isascii() and re.match(r"[A-Za-z]+\s*$", after))
    return _head_of(mention, product, text)


def _facets(entities: Sequence[RasaEntity], text: str, facet_names: dict[str, str]) -> list[str]:
    found = []
    for entity in entities:
        key = facet_names.get(entity.value.casefold().strip())
        if key is None:
            inside = [name for name in facet_names if name in entity.value.casefold()]
            key = facet_names[max(inside, key=len)] if inside else None
        if key and key not in found:
            found.append(key)
    return found


def _mentioned(text: str, facet_names: dict[str, str]) -> list[str]:
    lowered = text.casefold()
    found = (
        key
        for name, key in facet_names.items()
        if len(name) > 1 and name in lowered and (not name.isascii() or re.search(rf"\b{re.escape(name)}\b", lowered))
    )
    return list(dict.fromkeys(found))


def _unique(constraints: Sequence[Constraint]) -> list[Constraint]:
    return list({constraint.key: constraint for constraint in constraints}.values())


def _wished(entities: Sequence[RasaEntity], cut: Sequence[tuple[int, int]]) -> str:
    """Return what a present shall be or have to do with: "gift", whom it is for and when say nothing of that."""
    kinds = ("product", "brand", "colour", "attribute")
    wished = (e for e in entities if e.entity in kinds and e.role != _NEGATED)
    return " ".join(e.value for e in wished if not any(e.start < end and e.end > start for start, end in cut))


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return " ".join(text.split()).strip(" ,.;:!?，。；：！？、")
