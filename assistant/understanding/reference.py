"""Which of the products on screen are meant: by place, by a value ("the red one"), by name, by "it"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wordfreq import zipf_frequency

from assistant.constraint import Constraint
from assistant.product import Product
from assistant.understanding.numbers import han_number
from assistant.understanding.ordinals import ordinal
from assistant.understanding.stating import meets, numeric
from assistant.understanding.superlatives import Superlative, superlative
from assistant.understanding.understood import Understood

_COUNTS = {word: n for n, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_COUNT = rf"(\d{{1,2}}|{'|'.join(list(_COUNTS)[1:])})"
_FIRST_FEW = re.compile(rf"\b(?:first|top)\s+{_COUNT}\b|前\s*(\d{{1,2}}|[一二两三四五六七八九十])", re.I)
_LAST_FEW = re.compile(
    rf"\blast\s+{_COUNT}\b|(?:最后|后)\s*(\d{{1,2}}|[二两三四五六七八九十])(?=[款个台部件双只种])", re.I
)
_ALL = re.compile(
    r"\b(?:these|those|them|they|all (?:of )?(?:them|these|\w+)|each|every one|any of (?:them|these))\b|这[几些]|它们|全部|都",
    re.I,
)
_EVERY = re.compile(r"\b(?:all|every|each)\b|全部|所有|都", re.I)
_BOTH = re.compile(r"\bboth\b|\b(?:these|those|the) two\b|这两|两[款个台者]", re.I)
_THIS = re.compile(
    r"\b(?:it|its|it's|this|that)\b|[它这](?!几|些|两|里|边|样|种)|该(?:款|商品)|那[款个台件双部](?!.)", re.I
)
_THAT_ONE = r"(?:ones?\b|model\b|version\b)"
_ARTICLE = re.compile(r"\b(?:the|that|this)\s+(?:[\w-]+\s+){0,2}$", re.I)
_ADJECTIVE = re.compile(
    rf"\b(?:the|that|this)\s+([\w\s-]+?)\s+{_THAT_ONE}|[那这最](?:[款个台部件双只种])?([^，。,.！？\s]{{1,6}}?)的", re.I
)
_POINTED = re.compile(r"色?的?[那这][款个台部件双只]|色?的(?:怎么|多少|多重|有|能|好)")
_ENDED = re.compile(r"色?的|\W*$")
_POINTING = re.compile(r"[那这][款个台件双部]?$")
_UNUSUAL = 4.0
"""Zipf frequency below which a word names something (wordfreq): "galaxy" 4.2 is a word, "bravia" 2.7 a name."""
_COMMON = 5.0
_SHORT = 2
_WORD = re.compile(r"[a-z0-9]+(?:[-.+][a-z0-9]+)*\+?|[\u3400-\u9fff]+", re.I)


@dataclass(frozen=True)
class Reference:
    """The products that are meant, in their order on screen.

    `named` is whether the message points at any (nothing at all is no pointing), `place` a place that is not on
    screen, `many` whether several are meant on purpose ("the first two", "these"), `used` the demands that describe.
    """

    ids: tuple[str, ...] = ()
    named: bool = False
    place: int | None = None
    many: bool = False
    used: tuple[Constraint, ...] = ()

    @property
    def one(self) -> str | None:
        """The product that is meant when it is exactly one."""
        return self.ids[0] if len(self.ids) == 1 else None


def refer(
    understood: Understood,
    shown: Sequence[Product],
    focus: str | None,
    facets: Mapping[str, str],
    *,
    pointing: bool = False,
) -> Reference:
    """Return which of `shown` a message means.

    `pointing` is whether every value in it describes the product ("red" as an answer to "which"); otherwise a value
    does so only where the sentence points with it, since in "is it red" it is what is asked. `facets` maps names of
    attributes to keys.
    """
    text = understood.parse.text
    if placed := _placed(understood, shown):
        return placed
    ids = tuple(p.id for p in shown)
    this = bool(_THIS.search(text))
    described = _described(understood, shown, facets, pointing=pointing, naming=pointing or not this)
    if described is not None:
        # "Both red ones" are all that fit.
        every = len(described.ids) > 1 and bool(_BOTH.search(text) or _EVERY.search(text))
        # "I like the black one": of several that are, the one that is talked about.
        if focus in described.ids and not every:
            described = replace(described, ids=tuple(id_ for id_ in described.ids if id_ == focus))
        return replace(described, many=every)
    if _BOTH.search(text) and len(shown) >= 2:
        return Reference(_both(ids, focus), True, many=True)
    if _ALL.search(text) and len(shown) > 1:
        return Reference(ids, True, many=True)
    if this and focus:
        return Reference((focus,), True)
    return Reference(ids) if len(shown) == 1 else Reference()


def _both(ids: tuple[str, ...], focus: str | None) -> tuple[str, ...]:
    return ids[:2] if focus is None or focus in ids[:2] or focus not in ids else (focus, ids[0])


def _placed(understood: Understood, shown: Sequence[Product]) -> Reference | None:
    """Read the places that are named: the second one, the first and the last, the first two."""
    text = understood.parse.text
    places: list[int] = []
    many = False
    for entity in understood.parse.entities:
        if entity.entity != "ordinal":
            continue
        few = _few(entity.value)
        many = many or bool(few)
        places += few or [n for n in [ordinal(entity.value)] if n is not None]
    if not places:
        few = _few(text)
        many, places = bool(few), few
    if not places and understood.ordinal is not None:
        places = [understood.ordinal]
    if not places:
        return None
    missing = next((n for n in places if abs(n) > len(shown)), None)
    # "The first three" of two on screen are those two.
    if missing is not None and not (many and shown):
        return Reference((), True, place=missing)
    ids = [shown[n - 1 if n > 0 else n].id for n in places if abs(n) <= len(shown)]
    return Reference(tuple(dict.fromkeys(ids)), True, many=many or len(ids) > 1)


def _few(text: str) -> list[int]:
    if match := _FIRST_FEW.search(text):
        return list(range(1, _number(match[1] or match[2]) + 1))
    if match := _LAST_FEW.search(text):
        count = _number(match[1] or match[2])
        return list(range(-count, 0)) if count > 1 else []
    return []


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _COUNTS.get(word.lower()) or int(han_number(word) or 0)


def _described(
    understood: Understood, shown: Sequence[Product], facets: Mapping[str, str], *, pointing: bool, naming: bool
) -> Reference | None:
    """Return those of `shown` that fit the description in a message; None when there is none.

    `naming` is whether brands and titles describe: beside "it" they are what is asked ("is it a Sony").
    """
    text = understood.parse.text
    described = False
    used: list[Constraint] = []
    left = list(shown)
    for constraint in understood.constraints:
        if constraint.attribute == "category":
            continue
        named = naming if constraint.attribute == "brand" else _points(text, constraint.said)
        if named or (pointing and _marked(understood, constraint.said)):
            described = True
            used.append(constraint)
            left = [p for p in left if meets(p, constraint)]
    entities = understood.parse.entities
    if pointing and (strange := _strange(understood, facets)):
        described = True
        left = [p for p in left if any(fits(p, words) for words in strange)]
    names = [e.value for e in entities if e.entity in ("product", "brand") and e.role != "not"]
    known = {c.said.casefold() for c in understood.constraints if c.attribute == "brand"}
    makers = [e.value for e in entities if e.entity == "brand" and e.role != "not" and e.value.casefold() not in known]
    if naming and makers:
        # A maker that this shop doesn't know made none of these.
        described = True
        left = [p for p in left if any(fits(p, maker) for maker in makers)]
    if naming and (best := _titled(text, names, left or list(shown))):
        described = True
        left = best if left else []
    elif naming and (kind := _kind(understood)) is not None:
        described = True
        left = [p for p in left if _is_kind(p, kind, understood)]
    most = _most(understood, facets, pointing=pointing)
    if most and left:
        value = numeric(most.attributes, left)
        told = [(number, p) for p in left if (number := value(p)) is not None]
        if told:
            extreme = (max if most.descending else min)(number for number, _ in told)
            return Reference(tuple(p.id for number, p in told if number == extreme), True, used=tuple(used))
    return Reference(tuple(p.id for p in left), True, used=tuple(used)) if described else None


def _marked(understood: Understood, said: str) -> bool:
    """Whether the NLU marked these words, or they are the whole message: an ordinary word may look like a value."""
    words = said.casefold()
    marked = [e.value.casefold() for e in understood.parse.entities if e.entity not in ("facet", "quantity")]
    return (
        any(words in m or m in words for m in marked) or understood.parse.text.casefold().strip(" .!?。！？") == words
    )


def _kind(understood: Understood) -> str | None:
    """Return the words for the kind of thing that is meant ("the chair")."""
    return next((e.value for e in understood.parse.entities if e.entity == "product" and e.role != "not"), None)


def _is_kind(product: Product, kind: str, understood: Understood) -> bool:
    if fits(product, kind):
        return True
    paths = [str(c.value).casefold() for c in understood.constraints if c.attribute == "category"]
    own = " > ".join(product.category).casefold()
    return any((own + " > ").startswith(path + " > ") for path in paths)


def _strange(understood: Understood, facets: Mapping[str, str]) -> list[str]:
    """Return the qualities in a description that the catalogue has no value for: only a title can have them."""
    said = [c.said.casefold() for c in understood.constraints if c.said]
    words = [e.value for e in understood.parse.entities if e.entity in ("colour", "attribute") and e.role != "not"]
    return [
        w
        for w in words
        if not any(s in w.casefold() or w.casefold() in s for s in said) and superlative(w, facets) is None
    ]


def _most(understood: Understood, facets: Mapping[str, str], *, pointing: bool) -> Superlative | None:
    """Return the superlative that describes: a marked one, or the adjective of "that cheap one", 那个便宜的."""
    kinds = ("superlative", "attribute") if pointing else ("superlative",)
    for entity in understood.parse.entities:
        if entity.entity in kinds and (found := superlative(entity.value, facets)):
            return found
    match = _ADJECTIVE.search(understood.parse.text)
    return superlative(match[1] or match[2], facets) if match else None


def _points(text: str, said: str) -> bool:
    """Whether the words `said` describe a product in `text`: "the red one", 红色的那款."""
    at = text.casefold().find(said.casefold()) if said else -1
    if at < 0:
        return False
    before, after = text[:at], text[at + len(said) :]
    if said.isascii():
        return bool(_ARTICLE.search(before) and re.match(rf"\s+(?:[\w-]+\s+)?{_THAT_ONE}", after, re.I))
    return bool(_POINTED.match(after) or (_POINTING.search(before) and _ENDED.match(after)))


def _titled(text: str, named: Iterable[str], shown: Sequence[Product]) -> list[Product]:
    """Return the products whose titles have most of the words that tell them apart; empty when no word does."""
    said = {p.id: _whole_title(p, text) for p in shown}
    if whole := [p for p in shown if said[p.id]]:
        # "Ear" also stands in "Ear Pro": the longer title is the one that was said.
        return [p for p in whole if not any(said[p.id] != t and said[p.id] in t for t in said.values())]
    titles = {p.id: " ".join([*p.titles.values(), p.brand or ""]).casefold() for p in shown}
    words = {w for value in named for w in _words(value)}
    words |= {w for w in _words(text) if _is_name(w)}
    telling = [w for w in words if 0 < sum(_within(w, t) for t in titles.values()) < max(len(titles), 2)]
    if not telling:
        return []
    score = {id_: sum(_within(w, title) for w in telling) for id_, title in titles.items()}
    best = [p for p in shown if score[p.id] == max(score.values())]
    # Of "V15 Detect" and "Battery for V15", words that name nothing by themselves ("detect") tell which.
    more = {p.id: sum(_within(w, titles[p.id]) for w in _words(text) if _tells(w)) for p in best}
    return [p for p in best if more[p.id] == max(more.values())]


def _whole_title(product: Product, text: str) -> str:
    lowered = text.casefold()
    return max((t.casefold() for t in product.titles.values() if t.casefold() in lowered), key=len, default="")


def named_each(understood: Understood, shown: Sequence[Product]) -> tuple[str, ...]:
    """Return the products that a message names one by one ("the Sony and the Bose"), where each name fits just one."""
    names = [e for e in understood.parse.entities if e.entity in ("product", "brand")]
    found = [best[0].id for e in names if len(best := _titled("", [e.value], shown)) == 1]
    return tuple(dict.fromkeys(found))


def fits(product: Product, words: str) -> bool:
    """Whether every word of a name stands in the product's title or brand."""
    title = " ".join([*product.titles.values(), product.brand or ""]).casefold()
    parts = _words(words)
    return bool(parts) and all(_within(w, title) for w in parts)


def _words(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.casefold()) if len(w) >= _SHORT or w.isdigit()]


def _tells(word: str) -> bool:
    """Whether a word is rare enough to tell titles apart that names have left: not "one", not "add"."""
    return not word.isascii() or word.isdigit() or zipf_frequency(word, "en") < _COMMON


def _is_name(word: str) -> bool:
    """Whether a word that nobody marked still names a product: it has a digit or is rare."""
    if not word.isascii():
        return False
    mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return mixed or zipf_frequency(word, "en") < _UNUSUAL


def _within(word: str, title: str) -> bool:
    # "The 3 cup ones" are called "3 Cups".
    many = "" if word.isdigit() else "s?"
    return (
        bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}{many}(?![a-z0-9])", title))
        if word.isascii()
        else word in title
    )
