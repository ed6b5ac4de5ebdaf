"""What the graph says of one product, in sentences: a property, a yes or no, the stock, what buyers wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.catalogue.names import Names
from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint
from assistant.product import Attribute, Availability, Language, Product
from assistant.turn.messages import say
from assistant.turn.phrase import listed, money
from assistant.turn.wording import buyable, sentence, the, value_words, variant_values
from assistant.understanding.stating import meets
from assistant.understanding.topics import REVIEWS, SIZE_KEYS, VARIANTS, Claim, Topic
from assistant.understanding.understood import COLOUR_KEYS
from kg.compared import Fact, stated, variants
from kg.vocabulary import review_iri

_ADJECTIVE = re.compile(r"(?:able|ible|less|proof|free|ed|curved|smart|wireless|portable|foldable|washable)$", re.I)
_LIVES = ("battery_life",)
_QUOTES = 2
_LONGEST_QUOTE = 180
_STOCK = {
    Availability.OUT_OF_STOCK: "tell_gone",
    Availability.PREORDER: "tell_preorder",
    Availability.BACKORDER: "tell_backorder",
}


@dataclass(frozen=True)
class Told:
    """An answer as a sentence and in short (for a list of products), with the facts it was read from."""

    sentence: str
    short: str
    facts: tuple[Fact, ...] = ()


@dataclass
class Teller:
    """Speaks about one product; the first sentence names it (unless `named` before), the next say "it"."""

    product: Product
    catalogue: Catalogue
    language: Language
    turn: int = 0
    named: bool = False

    @property
    def _names(self) -> Names:
        return self.catalogue.names

    def _subject(self) -> str:
        subject = say("it", self.language) if self.named else the(self.product, self.language)
        self.named = True
        return subject

    def _say(self, key: str, **gaps: object) -> str:
        return sentence(say(key, self.language, self.turn, subject=self._subject(), **gaps))

    def topic(self, topic: Topic) -> Told:
        """Answer what is asked about: a property, stock, rating, reviews, colours."""
        if REVIEWS in topic.keys:
            return self._reviews()
        if VARIANTS in topic.keys and (told := self._variants(topic)):
            return told
        facts = stated(self.product)
        found = [facts[key] for key in topic.keys if key in facts]
        if not found:
            return self._unsaid(topic)
        # "battery" is both how long it lasts and how much it holds; "how big" is one thing.
        several = found if len(topic.words.split()) == 1 and len(found) > 1 else found[:1]
        answers = [self._property(group) for group in several[:3]]
        return Told(
            " ".join(t.sentence for t in answers),
            self._list([t.short for t in answers]),
            tuple(f for t in answers for f in t.facts),
        )

    def _unsaid(self, topic: Topic) -> Told:
        words = (
            self._names.attribute(topic.keys[0], self.language)
            if topic.keys and topic.keys[0] != VARIANTS
            else topic.words
        )
        return Told(self._say("unsaid", words=words), say("short_unsaid", self.language))

    def _property(self, facts: Sequence[Fact]) -> Told:
        attribute = facts[0].attribute
        key = attribute.name
        if key == "availability":
            return self.stock()
        if isinstance(attribute.value, bool):
            return self._truth(facts[0], attribute.value)
        value = self._list([self.value(f.attribute) for f in facts])
        gaps = {"value": value, "label": self._names.attribute(key, self.language)}
        if key == "price":
            before = self.product.list_price
            if before and isinstance(attribute.value, Decimal) and before.amount > attribute.value:
                was = money(before.amount, before.currency, self.language)
                gaps["value"] = say("tell_sale", self.language, value=value, before=was)
            return Told(self._say("tell_price", **gaps), gaps["value"], tuple(facts))
        if key == "rating":
            number = self.product.review_count
            count = say("ratings_one" if number == 1 else "ratings", self.language, count=number)
            return Told(self._say("tell_rating", count=count, **gaps), f"{value} ({count})", tuple(facts))
        if isinstance(attribute.value, Decimal) and attribute.unit == "pcs":
            return Told(self._say("tell_count", **gaps), value, tuple(facts))
        special = {"weight": "tell_weight", "brand": "tell_brand", "material": "tell_material"}.get(key)
        if key in _LIVES and attribute.unit == "h":
            special = "tell_life"
        elif key == "release_year":
            special = "tell_year"
        elif key in COLOUR_KEYS:
            special = "tell_comes_in" if len(facts) > 1 else "tell_is_in"
        elif key in SIZE_KEYS and not isinstance(attribute.value, Decimal):
            special = "tell_sized"
        if special:
            return Told(self._say(special, **gaps), value, tuple(facts))
        return Told(self._say("tell_fact_again" if self.named else "tell_fact", **gaps), value, tuple(facts))

    def _truth(self, fact: Fact, value: bool) -> Told:
        label = self._names.attribute(fact.attribute.name, self.language)
        kind = "is" if _ADJECTIVE.search(label) else "has"
        told = self._say(f"{'yes' if value else 'no'}_{kind}", label=label)
        return Told(told, say("short_yes" if value else "short_no", self.language), (fact,))

    def stock(self) -> Told:
        """Say whether the product can be had."""
        product, fact = self.product, stated(self.product)["availability"][0]
        if product.stock == 0 and product.availability is Availability.IN_STOCK:
            key, count = "tell_gone", 0
        else:
            key = _STOCK.get(product.availability) or ("tell_stock" if product.stock else "tell_available")
            count = product.stock or 0
        told = self._say(key, count=count)
        return Told(told, _short_stock(product, self.language), (fact,))

    def _reviews(self) -> Told:
        product = self.product
        own = [(n, r) for n, r in enumerate(product.reviews) if r.language == self.language]
        quoted = (own or list(enumerate(product.reviews)))[:_QUOTES]
        parts: list[str] = []
        facts = stated(product).get("rating", [])
        short = say("short_unsaid", self.language)
        if facts:
            told = self._property(facts)
            parts.append(told.sentence)
            short = told.short
        if not quoted:
            parts.append(self._say("no_reviews"))
        for place, (number, review) in enumerate(quoted):
            text = review.text if len(review.text) <= _LONGEST_QUOTE else review.text[:_LONGEST_QUOTE].rstrip() + "…"
            parts.append(
                say("tell_review_more" if place else "tell_review", self.language, stars=review.rating, text=text)
            )
            body = Attribute(name="review", value=text)
            facts = [*facts, Fact(body, (review_iri(product.id, number), "schema:reviewBody", review.text))]
        return Told(" ".join(parts), short, tuple(facts))

    def _variants(self, topic: Topic) -> Told | None:
        """Say in which colours or sizes a product comes, its variants included."""
        keys = [key for key in topic.keys if key != VARIANTS]
        values, facts = variant_values(self.catalogue, self.product, keys, self.language)
        if not values or (len(values) == 1 and not self.product.group):
            return None
        words = []
        for value, ids in values.items():
            others = [p for id_ in ids if (p := self.catalogue.product(id_))]
            gone = all(not buyable(p) for p in others)
            words.append(say("sold_out", self.language, value=value) if gone else value)
        told = self._list(words)
        return Told(self._say("tell_comes_in", value=told), told, tuple(facts))

    def claim(self, claim: Claim) -> Told:
        """Answer whether something is so: yes, no, or that the catalogue doesn't say."""
        facts = stated(self.product)
        for meaning in claim.meanings:
            fact = next((f for f in facts.get(meaning.attribute, []) if _proves(f, meaning, self.product)), None)
            if fact:
                return self._confirmed(fact)
        contrary = [(m, facts[m.attribute]) for m in claim.meanings if m.attribute in facts]
        if not contrary:
            return self._unclaimed(claim)
        # A plain no where the graph says no outright; else only what it says instead.
        contrary.sort(key=lambda pair: not isinstance(pair[1][0].attribute.value, bool))
        meaning, found = contrary[0]
        attribute = found[0].attribute
        if isinstance(attribute.value, bool):
            return self._truth(found[0], attribute.value)
        value = self._list([self.value(f.attribute) for f in found])
        label = self._names.attribute(attribute.name, self.language)
        if attribute.name in COLOUR_KEYS and (other := self._variant_with(meaning)):
            title = other.title(self.language)
            text = say("no_but_variant", self.language, value=value, words=claim.words, title=title)
            return Told(text, value, tuple(found))
        key = (
            "no_listed"
            if isinstance(attribute.value, Decimal) or attribute.name in (*COLOUR_KEYS, "brand")
            else "listed_otherwise"
        )
        short = value if key == "no_listed" else say("short_other", self.language, words=claim.words, value=value)
        return Told(self._say(key, label=label, value=value), short, tuple(found))

    def _confirmed(self, fact: Fact) -> Told:
        attribute = fact.attribute
        if isinstance(attribute.value, bool):
            return self._truth(fact, True)
        value, label = self.value(attribute), self._names.attribute(attribute.name, self.language)
        key = "yes_brand" if attribute.name == "brand" else "yes_listed"
        yes = say("short_yes", self.language)
        return Told(
            self._say(key, value=value, label=label),
            f"{yes} ({value})" if self.language == "en" else f"{yes}（{value}）",
            (fact,),
        )

    def _unclaimed(self, claim: Claim) -> Told:
        return Told(self._say("unclaimed", words=claim.words), say("short_unsaid", self.language))

    def _variant_with(self, meaning: Constraint) -> Product | None:
        others = [self.catalogue.product(id_) for id_ in variants(self.catalogue.graph, self.product.id)]
        return next((p for p in others if p and p.id != self.product.id and meets(p, meaning)), None)

    def value(self, attribute: Attribute) -> str:
        """Return a value as it stands in a sentence: `6.1 inches`, `250 g`, `$349`, 黑色."""
        return value_words(attribute, self._names, self.language)

    def _list(self, words: Sequence[str]) -> str:
        return listed(words, self.language)


def _short_stock(product: Product, language: Language) -> str:
    if not buyable(product):
        text = say("stock_no", language)
    elif product.availability is Availability.PREORDER:
        text = say("stock_preorder", language)
    else:
        text = say("stock_in", language, count=product.stock) if product.stock else say("stock_yes", language)
    text = text.rstrip(".。")
    return text[:1].lower() + text[1:]


def _proves(fact: Fact, meaning: Constraint, product: Product) -> bool:
    return meets(product.model_copy(update={"attributes": (fact.attribute,)}), meaning)
