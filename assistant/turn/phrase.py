"""reply = phrase(ranked, state'): the words, cards, chips and quick replies; every fact is read from the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from babel.numbers import format_currency

from assistant.catalogue.names import Names, plain
from assistant.catalogue.store import Catalogue
from assistant.constraint import RELATIVES, Constraint, Operator, each
from assistant.product import Attribute, Availability, Language, Money, Product
from assistant.reply import Card, Chip, QuickReply, Reason
from assistant.state import Order, ShoppingState
from assistant.turn.messages import say
from assistant.turn.rank import Ranked
from assistant.turn.relating import relation_reason
from assistant.turn.update import ORDER_KEY
from assistant.understanding.stating import meets
from kg import vocabulary as v

_LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_CN"}
_LABELS = 4
_GOOD_RATING = Decimal("4.2")
_CLOSE = 0.6
"""From this reranker score on, a product is called a close match."""
_BOUNDS = {
    Operator.AT_MOST: "up_to",
    Operator.BELOW: "below",
    Operator.AT_LEAST: "from",
    Operator.ABOVE: "above",
}
_WHY_PRICE = {
    Operator.AT_MOST: "why_within",
    Operator.EQUAL: "why_within",
    Operator.NOT_EQUAL: "why_within",
    Operator.BELOW: "why_cheaper",
    Operator.AT_LEAST: "why_dearer",
    Operator.ABOVE: "why_dearer",
}
_LONGEST_LABEL = 28


def money(amount: Decimal, currency: str, language: Language) -> str:
    """Return an amount as the language writes it; whole amounts without cents."""
    whole = amount == amount.to_integral_value()
    text = format_currency(amount, currency, locale=_LOCALES[language])
    return text.rsplit(".", 1)[0] if whole and "." in text else text


def demand_text(constraint: Constraint, names: Names, currency: str, language: Language) -> str:
    """Return a demand in words: `up to $200`, `not Apple`, `黑色`, `black or silver`, `ideally black`."""
    if constraint.soft and constraint.attribute != "category":
        firm = constraint.model_copy(update={"soft": False})
        return say("preferred", language, value=demand_text(firm, names, currency, language))
    if constraint.alternatives:
        return say("or", language).join(demand_text(single, names, currency, language) for single in each(constraint))
    amount = constraint.value if isinstance(constraint.value, Decimal) else None
    if amount is not None and constraint.attribute == "price":
        value = money(amount, currency, language)
    elif amount is not None and constraint.attribute == "rating":
        value = plain(amount)
    else:
        value = names.demand(constraint, language)
    if constraint.operator in _BOUNDS:
        value = say(_BOUNDS[constraint.operator], language, limit=value)
    return say("why_not", language, value=value) if constraint.operator is Operator.NOT_EQUAL else value


def demands_text(constraints: Sequence[Constraint], names: Names, currency: str, language: Language) -> str:
    """Return demands in one enumeration; a range, or a price in another currency, in the shopper's own words."""
    said = [c.said for c in constraints]
    words = []
    for c in constraints:
        own = c.said.strip() if (not c.said.isascii()) is (language == "zh") else ""
        text = demand_text(c, names, currency, language)
        if c.attribute == "rating":
            text = names.attribute("rating", language) + (" " if language == "en" else "") + text
        words.append(own if own and (said.count(c.said) > 1 or _with_words(c, text, language) != text) else text)
    return listed(list(dict.fromkeys(words)), language)


def listed(words: Sequence[str], language: Language) -> str:
    """Return an enumeration: `black, white and red`; 黑色、白色和红色."""
    comma, last = (", ", " and ") if language == "en" else ("、", "和")
    return comma.join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)


def chips(state: ShoppingState, names: Names, currency: str) -> tuple[Chip, ...]:
    """Return one removable chip a demand, and one for the order."""
    language = state.language
    found = [Chip(label=_chip_label(c, names, currency, language), key=c.key) for c in state.constraints]
    if state.order:
        found.append(Chip(label=order_text(state.order, names, language), key=ORDER_KEY))
    return tuple(found)


def wish_text(state: ShoppingState, names: Names, currency: str) -> str:
    """Return the demands of a wish in words, without its category."""
    language = state.language
    words = [demand_text(c, names, currency, language) for c in state.constraints if c.attribute != "category"]
    if state.order:
        words.append(order_text(state.order, names, language))
    return say("separator", language).join(words)


def order_text(order: Order, names: Names, language: Language) -> str:
    """Return what is wanted most or least of: the shopper's own word where it is in the reply's language."""
    if order.said and (not order.said.isascii()) is (language == "zh"):
        return order.said
    key = "order_most" if order.descending else "order_least"
    return say(key, language, label=names.attribute(order.attributes[0], language))


def _chip_label(constraint: Constraint, names: Names, currency: str, language: Language) -> str:
    value = _with_words(constraint, demand_text(constraint, names, currency, language), language)
    if constraint.value is True:
        return value
    return names.attribute(constraint.attribute, language) + say("colon", language) + value


def _with_words(constraint: Constraint, text: str, language: Language) -> str:
    """Add the shopper's own words to a price in another currency than they named."""
    spoken = constraint.said if constraint.attribute == "price" and isinstance(constraint.value, Decimal) else ""
    converted = spoken and plain(Decimal(str(constraint.value))) not in spoken.replace(",", "")
    return say("said", language, limit=text, said=constraint.said) if converted else text


def card(product: Product, ranked: Ranked | None, state: ShoppingState, names: Names) -> Card:
    """Return a product as it is shown, with the reasons for showing it."""
    language = state.language
    return Card(
        id=product.id,
        title=product.title(language),
        price=product.price.amount if product.price else None,
        list_price=product.list_price.amount if product.list_price else None,
        currency=product.price.currency if product.price else None,
        rating=product.rating,
        review_count=product.review_count,
        availability=product.availability,
        stock=product.stock,
        image=product.images[0] if product.images else None,
        url=product.url,
        brand=names.brand(product.brand, language) if product.brand else None,
        category=names.category(" > ".join(product.category), language) if product.category else None,
        labels=tuple(_labels(product, names, language)),
        why=tuple(_reasons(product, ranked, state, names)),
    )


def _labels(product: Product, names: Names, language: Language) -> Iterable[str]:
    title = product.title(language).casefold()
    shown: list[str] = []
    for attribute in _telling(product.attributes):
        label = names.fact(attribute, language)
        if label and len(label) <= _LONGEST_LABEL and label.casefold() not in title and label not in shown:
            shown.append(label)
    return shown[:_LABELS]


def _telling(attributes: Sequence[Attribute]) -> list[Attribute]:
    """Order facts: what a product can do, then measures, then words."""
    rank = {bool: 0, Decimal: 1, str: 2}
    return sorted(attributes, key=lambda a: rank[type(a.value)])


def _reasons(product: Product, ranked: Ranked | None, state: ShoppingState, names: Names) -> Iterable[Reason]:
    reasons = list(_true_of(product, state, names))
    # The ranker's judgement is no fact: it is given where there is nothing better to say.
    if not reasons and ranked and ranked.rerank is not None and ranked.rerank >= _CLOSE:
        reasons = [Reason(text=say("why_text", state.language))]
    return reasons


def _true_of(product: Product, state: ShoppingState, names: Names) -> Iterable[Reason]:
    language = state.language
    for constraint in state.constraints:
        reason = _met(product, constraint, names, language)
        if reason:
            yield reason
    if product.list_price and product.price and product.list_price.amount > product.price.amount:
        text = say("why_sale", language, price=money(product.list_price.amount, product.list_price.currency, language))
        yield Reason(text=text, triple=(v.list_price_iri(product.id), "schema:price", str(product.list_price.amount)))
    if product.rating is not None and product.rating >= _GOOD_RATING and product.review_count:
        text = say("why_rating", language, rating=plain(product.rating), count=product.review_count)
        yield Reason(text=text, triple=(v.rating_iri(product.id), "schema:ratingValue", plain(product.rating)))


def _met(product: Product, constraint: Constraint, names: Names, language: Language) -> Reason | None:
    node = v.product_iri(product.id)
    # What is only preferred may be missing.
    if constraint.attribute == "category" or (constraint.soft and not meets(product, constraint)):
        return None
    if constraint.attribute in RELATIVES:
        return relation_reason(product.id, constraint, names, language)
    if constraint.attribute == "price" and product.price:
        text = say(_WHY_PRICE[constraint.operator], language, price=_price(product.price, language))
        return Reason(text=text, triple=(v.offer_iri(product.id), "schema:price", str(product.price.amount)))
    if constraint.attribute == "brand" and product.brand:
        if not meets(product, constraint):
            return None
        excluded = constraint.operator is Operator.NOT_EQUAL
        text = demand_text(constraint, names, "", language) if excluded else names.brand(product.brand, language)
        return Reason(text=text, triple=(node, "schema:brand", v.brand_iri(product.brand)))
    facts = [a for a in product.attributes if a.name == constraint.attribute]
    fact = next((a for a in facts if a.value in constraint.values), facts[0] if facts else None)
    if fact is None:
        return None
    if constraint.operator is Operator.NOT_EQUAL:
        text = say("why_not", language, value=names.demand(constraint, language))
    else:
        text = names.fact(fact, language)
    return Reason(text=text, triple=(node, "schema:additionalProperty", v.value_iri(fact.name, fact.value, fact.unit)))


def _price(price: Money, language: Language) -> str:
    return money(price.amount, price.currency, language)


def what(state: ShoppingState, names: Names) -> str:
    """Return the name of what is looked for: its category, else `products`."""
    return kind_words(state.category, names, state.language)


def kind_words(category: str | None, names: Names, language: Language) -> str:
    """Return the name of the things in a category (None: of all), so that they can be counted."""
    if not category:
        return say("products", language)
    name = names.category(category, language)
    name = " ".join(word if any(c.isupper() for c in word[1:]) else word.lower() for word in name.split(" "))
    # "149 kitchen" and 19款骑行 are no things that can be counted.
    return name if _counts(names.category(category, "en")) else say("products_of", language, kind=name)


def _counts(label: str) -> bool:
    """Whether a category's English name is a plural ("Phones", "Dolls and Plush"), or in no English at all."""
    words = label.split()
    return not label.isascii() or any(word.endswith("s") and not word.endswith("ss") for word in words)


def found_text(
    key: str, cards: Sequence[Card], count: int | None, state: ShoppingState, names: Names, **gaps: object
) -> str:
    """Return the sentence above the cards: how many there are (None: words only, nothing to count), the first pick and why."""
    language, first = state.language, cards[0]
    price = (
        say("priced", language, price=money(first.price, first.currency or "USD", language))
        if first.price is not None
        else ""
    )
    reasons = [
        r.text for r in first.why if r.triple and "schema:price" not in r.triple and "schema:brand" not in r.triple
    ]
    reason = price
    if reasons:
        reason += (
            (" (" if language == "en" else "（")
            + say("separator", language).join(reasons[:2])
            + (")" if language == "en" else "）")
        )
    if count is None:
        key = "found_some"
    elif count == 1:
        key = "found_one"
    return say(
        key, language, state.turn, count=count, what=what(state, names), title=first.title, reason=reason, **gaps
    )


def details_text(product: Product, state: ShoppingState, names: Names) -> str:
    """Return all that the graph says of a product."""
    language = state.language
    price = say("priced", language, price=_price(product.price, language)) if product.price else ""
    description = product.description(language)
    lines = [say("details", language, title=product.title(language), price=price, description=description).strip()]
    facts = [
        names.attribute(a.name, language)
        + ("" if a.value is True else say("colon", language) + names.value(a, language))
        for a in product.attributes
        if not (isinstance(a.value, str) and len(a.value) > 60)
    ]
    if facts:
        lines.append(say("details_facts", language, facts=say("separator", language).join(facts[:14])))
    if product.rating is not None and product.review_count:
        lines.append(say("details_rating", language, rating=plain(product.rating), count=product.review_count))
    quoted = next((r for r in product.reviews if r.language == language), None)
    if quoted:
        lines.append(say("details_review", language, text=quoted.text))
    lines.append(_stock(product, language))
    return "\n\n".join(lines)


def _stock(product: Product, language: Language) -> str:
    if product.availability is Availability.PREORDER:
        return say("stock_preorder", language)
    if product.availability is Availability.OUT_OF_STOCK or product.stock == 0:
        return say("stock_no", language)
    return say("stock_in", language, count=product.stock) if product.stock else say("stock_yes", language)


def quick(key: str, language: Language, **gaps: str) -> QuickReply:
    """Return a suggestion that sends its own title."""
    title = say(key, language, 0, **gaps)
    return QuickReply(title=title, payload=title)


def suggestions(catalogue: Catalogue, language: Language, count: int = 4) -> tuple[QuickReply, ...]:
    """Return one suggestion for each of the biggest kinds of product in the shop."""
    return tuple(
        quick("quick_category", language, category=catalogue.names.category(path, language).lower())
        for path in catalogue.leaf_categories[:count]
    )
