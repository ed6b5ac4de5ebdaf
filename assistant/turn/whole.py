"""Questions about the whole catalogue, answered in SPARQL: the most, the least, how many, which, from where to where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.names import Names, plain
from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint, Operator
from assistant.product import Attribute, Language
from assistant.reply import QuickReply
from assistant.turn import phrase
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.wording import buyable, joined, sentence, the, value_words, written
from assistant.understanding.superlatives import Superlative, superlative
from assistant.understanding.topics import ALL, REVIEWS, VARIANTS, topics
from assistant.understanding.understood import Understood
from kg import asked, questions
from kg.compared import stated
from kg.scales import scaled

_COUNT = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b|多少[款种个台件双]|几[款种个台件双]|有多少(?!钱)", re.I)
_KINDS = re.compile(
    r"\b(?:what|which) (?:else )?(?:do|can|does|kinds?|types?|categor\w+|sorts?|products?|departments?)\b|\bcategories\b|"
    r"(?:卖|经营)(?:些|的)?(?:什么|哪些|啥)|有(?:些)?(?:什么|哪些|啥)(?:东西|商品|产品|类|种)|哪[些几](?:种|类)|种类|类别|品类",
    re.I,
)
_ADJECTIVE = re.compile(
    r"(?:est|expensive|affordable|rated|reviewed|popular|powerful|recent|compact|comfortable|portable|durable)$", re.I
)
_SORTS = ("type", "product_type", "form_factor", "style", "类型", "款式")
_LISTED = 8
_EXTREMES = 3
_OFFERED = 4


_WHOLE = re.compile(r"\b(?:sell|shop|store)\b|卖|店里?|经营", re.I)


def whole_shop(text: str) -> bool:
    """Whether a message asks about all that the shop sells, whatever was looked for before."""
    return bool(_WHOLE.search(text))


@dataclass(frozen=True)
class Found:
    """An answer about the catalogue: its words, the products to show, and what to offer."""

    text: str
    ids: tuple[str, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    order: tuple[str, bool] | None = None


@dataclass(frozen=True)
class Whole:
    """Asks one catalogue about what meets `scope`."""

    catalogue: Catalogue
    scope: tuple[Constraint, ...]
    language: Language
    turn: int

    @property
    def _names(self) -> Names:
        return self.catalogue.names

    @property
    def _currency(self) -> str:
        return self.catalogue.meta.currency or "USD"

    def answer(self, understood: Understood) -> Found:
        """Answer a question about the catalogue."""
        text = understood.parse.text
        found = self._answer(understood, text)
        if unknown := unmatched(understood):
            quoted = listed([f"“{word}”" for word in unknown], self.language)
            text = joined(self.language, found.text, say("unchecked", self.language, words=quoted))
            return Found(text, found.ids, found.quick_replies, found.order)
        return found

    def _answer(self, understood: Understood, text: str) -> Found:
        marked = next((e.value for e in understood.parse.entities if e.entity == "superlative"), None)
        if marked and (most := superlative(marked, self.catalogue.facets)):
            return self._extreme(most, marked)
        about = [t for t in topics(understood, self.catalogue.facets) if t.keys and t.keys[0] not in (REVIEWS, ALL)]
        keys = [key for topic in about for key in topic.keys if key != VARIANTS]
        if _COUNT.search(text):
            return self._count()
        if keys:
            return self._facet(keys)
        if most := superlative(text, self.catalogue.facets):
            return self._extreme(most, "")
        if _KINDS.search(text) or not self.scope:
            return self._kinds()
        return self._count()

    @property
    def what(self) -> str:
        """What is asked about, with its demands: `laptops (up to $500)`."""
        category = next((str(c.value) for c in self.scope if c.names_kind), None)
        name = phrase.kind_words(category, self._names, self.language)
        demands = [c for c in self.scope if not c.names_kind]
        words = [self._demand(c) for c in demands]
        return say("what_with", self.language, what=name, demands=listed(words, self.language)) if words else name

    def _demand(self, c: Constraint) -> str:
        if c.attribute == "availability":
            return say(f"availability_{c.value}", self.language)
        return phrase.demand_text(c, self._names, self._currency, self.language)

    def _extreme(self, most: Superlative, said: str) -> Found:
        graph, language = self.catalogue.graph, self.language
        for key in most.attributes:
            found = asked.extreme(graph, key, self.scope, descending=most.descending, limit=20)
            if found:
                break
        else:
            count = asked.count(graph, self.scope)
            if not count:
                return self._none()
            label = self._names.attribute(most.attributes[0], language)
            return Found(say("most_unknown", language, label=label, what=self.what))
        products = {e.id: p for e in found if (p := self.catalogue.product(e.id))}
        best = products[found[0].id]
        word = _superlative_words(said, language) or _built(most, key, self._names, language)
        count = asked.count(graph, self.scope)
        value = self._value(best.id, key, most)
        named = the(best, language)
        text = sentence(
            say(
                "most_is",
                language,
                self.turn,
                the=named,
                superlative=word,
                count=count,
                what=self.what,
                value=value,
            )
        )
        tied = [e for e in found if e.value == found[0].value]
        if len(tied) > 1 and len(tied) < len(found):
            text = joined(language, text, say("most_tied", language, count=len(tied)))
        ids = [e.id for e in found[: max(_EXTREMES, min(len(tied), 5))]]
        if not buyable(best):
            available = next((e for e in found if buyable(products[e.id])), None)
            if available:
                other = products[available.id]
                value = self._value(other.id, key, most)
                text = joined(language, text, say("most_gone", language, the=the(other, language), value=value))
                ids = list(dict.fromkeys([best.id, other.id, *ids]))[:_EXTREMES]
        return Found(text, tuple(ids), (self._show_those(),), order=(key, most.descending))

    def _value(self, id_: str, key: str, most: Superlative) -> str:
        product = self.catalogue.product(id_)
        if product is None:
            return ""
        if key == "review_count":
            number = product.review_count
            return say("ratings_one" if number == 1 else "ratings", self.language, count=number)
        facts = [f.attribute for f in stated(product).get(key, [])]
        numbers = [a for a in facts if isinstance(a.value, Decimal)]
        choose = max if most.descending else min
        attribute = choose(numbers, key=lambda a: scaled(a.value, a.unit))  # type: ignore[arg-type]
        value = value_words(attribute, self._names, self.language)
        if key == "rating":
            return f"{value} / 5"
        return value

    def _count(self) -> Found:
        count = asked.count(self.catalogue.graph, self.scope)
        if not count:
            return self._none()
        if count == 1:
            text = say("how_many_one", self.language, what=self.what)
            return Found(text, tuple(questions.matching(self.catalogue.graph, self.scope)), ())
        text = say("how_many", self.language, self.turn, count=count, what=self.what)
        return Found(text, (), (self._show_those(), *self._brands_offered()))

    def _none(self) -> Found:
        return Found(
            say("how_many_none", self.language, what=self.what), (), phrase.suggestions(self.catalogue, self.language)
        )

    def _facet(self, keys: Sequence[str]) -> Found:
        """List the values of the first of `keys` that anything in scope states; numbers as a range."""
        graph, language = self.catalogue.graph, self.language
        for key in keys:
            if key == "category":
                return self._kinds()
            if key == "availability":
                stocked = Constraint(attribute="availability", operator=Operator.EQUAL, value="in_stock")
                return Whole(self.catalogue, (*self.scope, stocked), language, self.turn)._count()
            if (spread := asked.spread(graph, key, self.scope)) and spread.count > 0:
                return self._spread(key, spread)
            values = asked.values(graph, key, self.scope)
            if values:
                return self._values(key, values)
        label = self._names.attribute(keys[0], language)
        return Found(say("all_unsaid", language, label=label, what=self.what))

    def _spread(self, key: str, spread: asked.Spread) -> Found:
        words = [self._amount(key, n, spread.unit) for n in (spread.least, spread.middle, spread.most)]
        label = self._names.attribute(key, self.language)
        message = "spread" if spread.least != spread.most else "spread_one"
        text = say(message, self.language, self.turn if message == "spread" else 0, label=label, what=self.what,
                   least=words[0], middle=words[1], most=words[2])  # fmt: skip
        return Found(sentence(text), (), (self._show_those(),))

    def _amount(self, key: str, number: Decimal, unit: str) -> str:
        if key == "price":
            return phrase.money(number, self._currency, self.language)
        if key in ("rating", "review_count", "stock"):
            return plain(number)
        value, unit = written(number, unit)
        return value_words(Attribute(name=key, value=value, unit=unit or None), self._names, self.language)

    def _values(self, key: str, values: Sequence[asked.Counted]) -> Found:
        language = self.language
        words = [self._worded(key, c) for c in values[:_LISTED]]
        counted = [say("counted", language, value=w, count=c.count) for w, c in zip(words, values, strict=False)]
        if len(values) > _LISTED:
            counted.append(say("and_more", language, count=len(values) - _LISTED))
        message = "sold_brands" if key == "brand" else "sold_values"
        label = self._names.attribute(key, language)
        text = say(message, language, self.turn, what=self.what, label=label, values=listed(counted, language))
        offers = tuple(phrase.quick("quick_brand", language, brand=word) for word in words[:_OFFERED])
        return Found(sentence(text), (), offers if self.scope else ())

    def _worded(self, key: str, counted: asked.Counted) -> str:
        if key == "brand":
            return self._names.brand(str(counted.value), self.language)
        attribute = Attribute(name=key, value=counted.value, unit=counted.unit)
        return value_words(attribute, self._names, self.language)

    def _kinds(self) -> Found:
        """List the categories below the one that is asked about, or all topmost ones."""
        language = self.language
        path = next((str(c.value) for c in self.scope if c.names_kind), None)
        kinds = asked.kinds(self.catalogue.graph, path, self.scope)
        if not kinds:
            # Below a category without parts, what sorts it is a property.
            return (
                next(
                    (
                        self._values(key, v)
                        for key in _SORTS
                        if (v := asked.values(self.catalogue.graph, key, self.scope))
                    ),
                    None,
                )
                or self._count()
            )
        names = [self._names.category(str(c.value), language) for c in kinds]
        words = [say("counted", language, value=n.lower(), count=c.count) for n, c in zip(names, kinds, strict=True)]
        if len(words) > _LISTED + 2:
            words = [*words[:_LISTED], say("and_more", language, count=len(words) - _LISTED)]
        text = say("sold_kinds", language, self.turn, values=listed(words, language))
        offers = tuple(phrase.quick("quick_category", language, category=name.lower()) for name in names[:_OFFERED])
        return Found(text, (), offers)

    def _brands_offered(self) -> tuple[QuickReply, ...]:
        if any(c.attribute == "brand" for c in self.scope):
            return ()
        brands = asked.values(self.catalogue.graph, "brand", self.scope)[:2]
        words = [self._names.brand(str(c.value), self.language) for c in brands]
        return tuple(phrase.quick("quick_brand", self.language, brand=word) for word in words)

    def _show_those(self) -> QuickReply:
        return phrase.quick("quick_show_those", self.language)


def _superlative_words(said: str, language: Language) -> str:
    """Return the shopper's own superlative where it is one in the reply's language."""
    said = said.strip().removesuffix("的").lower()
    if language == "zh":
        return said if "最" in said else ""
    if not said.isascii() or not re.search(r"(?:est|most|best|least)\b", said):
        return ""
    # "The cheapest", but "the one with the longest battery life".
    return said if _ADJECTIVE.search(said) else f"one with the {said}"


def _built(most: Superlative, key: str, names: Names, language: Language) -> str:
    label = names.attribute(key, language)
    if language == "zh":
        return f"{label}最{'高' if most.descending else '低'}"
    return f"one with the {'highest' if most.descending else 'lowest'} {label}"


def unmatched(understood: Understood) -> list[str]:
    """Return the qualities that a question names and the catalogue has no fact for: they can't be checked."""
    said = [c.said.casefold() for c in understood.constraints if c.said]
    words = [e.value for e in understood.parse.entities if e.entity in ("attribute", "colour", "brand")]
    return [w for w in words if not any(s in w.casefold() or w.casefold() in s for s in said)]
