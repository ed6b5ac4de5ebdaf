"""Searching: new wishes, refining, relaxing, going back, cheaper, more, and what is asked to narrow things down."""

from __future__ import annotations

from decimal import Decimal

from assistant.catalogue.names import plain
from assistant.constraint import Constraint, Operator
from assistant.product import Attribute
from assistant.reply import Card, QuickReply
from assistant.state import Pending, ShoppingState
from assistant.turn import phrase
from assistant.turn.context import REMEMBERED, Answer, Context
from assistant.turn.messages import say
from assistant.turn.narrow import question
from assistant.turn.rank import Ranked
from assistant.turn.retrieve import relaxation
from assistant.turn.update import merged
from assistant.turn.wording import listed, value_words
from assistant.understanding.stating import numeric

_PAGES = 3
"""So many pages of results are too many to read: a question helps."""


def search(context: Context) -> Answer:
    """Answer a wish: what meets it, or which demand is to blame that nothing does."""
    state = context.state
    if not state.searching:
        return clarify(context)
    ranked = context.find(state)
    if not ranked:
        return _without(context)
    state, cards = context.show(state, ranked)
    text = _found(context, state, cards)
    asked = _narrowing(context, state)
    if asked is None:
        return Answer(state, text, cards, refinements(context, state, ranked))
    state, ask, replies = asked
    return Answer(state, f"{text} {ask}" if state.language == "en" else text + ask, cards, replies)


def _found(context: Context, state: ShoppingState, cards: tuple[Card, ...]) -> str:
    names, language = context.catalogue.names, state.language
    count = context.count()
    told = _leads(context, state, cards[0].id) if state.order else None
    if told:
        label, value = told
        what = phrase.what(state, names)
        return say(
            "ordered", language, state.turn, label=label, value=value, title=cards[0].title, what=what,
            count=count if count is not None else len(context.ranked),
        )  # fmt: skip
    return phrase.found_text("found", cards, count, state, names)


def _leads(context: Context, state: ShoppingState, id_: str) -> tuple[str, str] | None:
    """Return the label and the value by which the first product leads, if it states any."""
    product, names = context.catalogue.product(id_), context.catalogue.names
    if product is None or state.order is None:
        return None
    for key in state.order.attributes:
        number = numeric((key,), [product])(product)
        if number is None:
            continue
        stated = next((a for a in product.attributes if a.name == key), None)
        if key == "price" and product.price:
            value = phrase.money(product.price.amount, product.price.currency, state.language)
        elif key in ("rating", "review_count"):
            value = plain(number)
        else:
            value = value_words(stated or Attribute(name=key, value=number), names, state.language)
        return names.attribute(key, state.language), value
    return None


def _narrowing(context: Context, state: ShoppingState) -> tuple[ShoppingState, str, tuple[QuickReply, ...]] | None:
    """Ask the question that splits many results best; each facet is asked about once."""
    count = context.count()
    # An order says which ones are wanted, and a preferred category is no ground to count on.
    if count is None or count <= _PAGES * context.page or state.order or not state.category:
        return None
    hard = [c for c in state.constraints if not c.soft or c.attribute == "category"]
    settled = {*state.asked, *(c.attribute for c in state.constraints)}
    keys = [
        key
        for key in dict.fromkeys(context.catalogue.facets.values())
        if context.catalogue.coverage(key, state.category) > 0
    ]
    found = question(context.catalogue, hard, keys, sorted(settled), state.language, state.turn)
    if found is None:
        return None
    pending = Pending(kind="facet", attribute=found.attribute)
    state = state.model_copy(update={"asked": (*state.asked, found.attribute), "pending": pending})
    return state, found.text, found.quick_replies


def blamed(context: Context, constraints: tuple[Constraint, ...]) -> str:
    """Return demands in words."""
    names, language = context.catalogue.names, context.language
    words = [phrase.demand_text(c, names, context.currency, language) for c in constraints]
    return listed(words, language)


def _without(context: Context) -> Answer:
    """Nothing meets every demand: name the smallest set that is to blame, show what there is without it, and offer."""
    state, language = context.state, context.language
    relaxed = relaxation(context.catalogue, state.constraints)
    if not relaxed:
        return Answer(
            state.model_copy(update={"shown": (), "ranked": ()}),
            say("nothing", language),
            (),
            phrase.suggestions(context.catalogue, language),
        )
    gone, count = relaxed
    keys = tuple(c.key for c in gone)
    loose = state.model_copy(update={"constraints": tuple(c for c in state.constraints if c.key not in keys)})
    ranked = context.find(loose)
    shown, cards = context.show(loose, ranked)
    text = say("relaxed_offer", language, state.turn, blame=blamed(context, gone), count=count)
    # The demand stays until the shopper takes it back; only what is on screen has changed.
    state = shown.model_copy(update={"constraints": state.constraints, "pending": Pending(kind="relax", keys=keys)})
    replies = (phrase.quick("quick_yes", language), phrase.quick("quick_no", language))
    return Answer(state, text, cards, (*replies, phrase.quick("quick_start_over", language)))


def refinements(context: Context, state: ShoppingState, ranked: tuple[Ranked, ...]) -> tuple[QuickReply, ...]:
    """Offer the usual next steps."""
    language, names = state.language, context.catalogue.names
    replies = [phrase.quick("quick_cheaper", language), phrase.quick("quick_second", language)]
    if len(state.shown) > 1:
        replies.append(phrase.quick("quick_compare_two", language))
    if len(ranked) > len(state.shown):
        replies.append(phrase.quick("quick_more", language))
    if not any(c.attribute == "brand" for c in state.constraints):
        brands = [p.brand for id_ in state.ranked[:20] if (p := context.catalogue.product(id_)) and p.brand]
        top = max(sorted(set(brands)), key=brands.count, default=None)
        if top and len(set(brands)) > 1:
            replies.append(phrase.quick("quick_brand", language, brand=names.brand(top, language)))
    return tuple(replies)


def relax(context: Context) -> Answer:
    """Search again with less demanded; without a search there is nothing to take back."""
    if context.state.wish == context.before.wish and context.state.searching:
        return search(context)
    return search(context) if context.state.searching else clarify(context)


def undo(context: Context) -> Answer:
    """Go back to the wish before the last change."""
    if not context.before.past:
        return Answer(context.state, say("nothing_to_undo", context.language))
    return _said("undone", context)


def _said(key: str, context: Context, **gaps: object) -> Answer:
    """Search, with a sentence in front."""
    before = say(key, context.language, context.state.turn, **gaps)
    answer = search(context)
    joint = " " if context.language == "en" else ""
    return Answer(answer.state, before + joint + answer.text, answer.cards, answer.quick_replies)


def back_to(context: Context) -> Answer:
    """Return to an earlier topic: the one that is named, else the last one."""
    state, names = context.state, context.catalogue.names
    category = next((str(c.value) for c in context.understood.constraints if c.attribute == "category"), None)
    topic = next((t for t in reversed(state.topics) if category is None or _within(t.wish.category, category)), None)
    if topic is None:
        if category and _within(state.category, category):
            return _said("back_to", context, what=phrase.what(state, names))
        if category:
            wish = state.wish.model_copy(
                update={"query": (), "constraints": context.understood.constraints, "order": None}
            )
            context.state = state.put_aside().wishing(wish)
            return search(context)
        return Answer(state, say("no_topic", state.language), (), phrase.suggestions(context.catalogue, state.language))
    aside = state.put_aside()
    topics = tuple(t for t in aside.topics if t != topic)
    context.state = aside.wishing(topic.wish).model_copy(update={"topics": topics, "focus": topic.focus})
    answer = _said("back_to", context, what=phrase.what(context.state, names))
    return Answer(
        answer.state.model_copy(update={"focus": topic.focus}), answer.text, answer.cards, answer.quick_replies
    )


def _within(path: str | None, category: str) -> bool:
    return path is not None and (path == category or path.startswith(category + " > "))


def start_over(context: Context) -> Answer:
    """Begin anew; the cart stays."""
    language = context.language
    text = say("start_over", language, context.state.turn)
    return Answer(context.state, text, (), phrase.suggestions(context.catalogue, language))


def gift(context: Context) -> Answer:
    """Look for a present; ask for an interest or a budget where neither is known."""
    known = [e for e in context.understood.parse.entities if e.entity in ("product", "attribute", "brand", "colour")]
    if known or context.understood.constraints:
        return search(context)
    pending = Pending(kind="kind")
    text = say("ask_gift", context.language, context.state.turn)
    return Answer(
        context.state.model_copy(update={"pending": pending, "shown": (), "ranked": ()}),
        text,
        (),
        phrase.suggestions(context.catalogue, context.language),
    )


def cheaper(context: Context) -> Answer:
    """Show what costs less than all that is on screen."""
    return _reprice(context, cheaper=True)


def dearer(context: Context) -> Answer:
    """Show what costs more than all that is on screen."""
    return _reprice(context, cheaper=False)


def _reprice(context: Context, *, cheaper: bool) -> Answer:
    """Cheaper or dearer than all that is on screen, or than the product that is talked about."""
    state = context.state
    said = [c for c in context.understood.constraints if c.attribute != "category"]
    if any(c.attribute == "price" for c in said):
        context.state = state.wishing(state.wish.model_copy(update={"constraints": merged(state.constraints, said)}))
        return search(context)
    ids = [state.focus] if state.focus else list(state.shown)
    prices = [price for id_ in ids if (price := context.price(id_)) is not None]
    if not prices:
        return search(context) if state.searching else _nothing_shown(context)
    limit: Decimal = min(prices) if cheaper else max(prices)
    demand = Constraint(
        attribute="price", operator=Operator.BELOW if cheaper else Operator.ABOVE, value=limit, turn=state.turn
    )
    opposite = Operator.ABOVE if cheaper else Operator.BELOW
    # What an earlier "cheaper" left behind must not stand in the way of "a bit more".
    kept = [c for c in state.constraints if not (c.attribute == "price" and c.operator is opposite)]
    wish = state.wish.model_copy(update={"constraints": merged(kept, (*said, demand))})
    tighter = state.wishing(wish)
    ranked = context.find(tighter)
    amount = phrase.money(limit, context.currency, state.language)
    if not ranked:
        again = context.find(state)
        by_price = tuple(sorted(again, key=lambda r: _order(context, r.id, ascending=cheaper)))
        state, cards = context.show(state, by_price)
        key = "cheapest_already" if cheaper else "dearest_already"
        replies = (phrase.quick("quick_start_over", state.language),)
        return Answer(state, say(key, state.language, limit=amount), cards, replies)
    state, cards = context.show(tighter, ranked)
    key = "cheaper" if cheaper else "dearer"
    text = phrase.found_text(key, cards, context.count(), state, context.catalogue.names, limit=amount)
    return Answer(state, text, cards, refinements(context, state, ranked))


def _order(context: Context, id_: str, *, ascending: bool) -> Decimal:
    price = context.price(id_)
    if price is None:
        return Decimal("Infinity")
    return price if ascending else -price


def show_more(context: Context) -> Answer:
    """Show the next page of what was found."""
    state = context.state
    if not state.ranked:
        return search(context) if state.searching else _nothing_shown(context)
    page = state.ranked[state.offset : state.offset + context.page]
    if not page and state.offset >= REMEMBERED:
        found = context.find(state)
        page = tuple(item.id for item in found[state.offset : state.offset + context.page])
    if not page:
        return Answer(state, say("no_more", state.language), (), _loosen(context))
    state = state.model_copy(update={"shown": page, "offset": state.offset + len(page), "focus": None})
    cards = context.cards(state, page)
    what = phrase.what(state, context.catalogue.names)
    text = say("more", state.language, state.turn, count=len(cards), what=what)
    replies = (phrase.quick("quick_more", state.language), phrase.quick("quick_cheaper", state.language))
    return Answer(state, text, cards, replies)


def _nothing_shown(context: Context) -> Answer:
    language = context.language
    text = say("nothing_to_show", language)
    return Answer(context.state, text, (), phrase.suggestions(context.catalogue, language))


def _loosen(context: Context) -> tuple[QuickReply, ...]:
    state, names = context.state, context.catalogue.names
    loose = [c for c in state.constraints if c.attribute != "category"][-2:]
    forget = [
        phrase.quick("quick_without", state.language, facet=names.attribute(c.attribute, state.language)) for c in loose
    ]
    return (*forget, phrase.quick("quick_start_over", state.language))


def clarify(context: Context) -> Answer:
    """Ask one question; where it was asked just before, show what there is instead."""
    state, language = context.state, context.language
    offers = phrase.suggestions(context.catalogue, language)
    if context.before.pending and context.before.pending.kind == "clarify":
        return Answer(state, say("clarify_again", language), (), offers)
    state = state.model_copy(update={"pending": Pending(kind="clarify")})
    if state.searching:
        return Answer(state, say("clarify_searching", language), (), _loosen(context))
    return Answer(state, say("clarify", language), (), offers)
