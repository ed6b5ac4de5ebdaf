"""Other products for the same wish: cheaper, dearer, more."""

from __future__ import annotations

from decimal import Decimal

from assistant.constraint import Constraint, Operator
from assistant.state import Pending
from assistant.turn import phrase
from assistant.turn.acts.search import loosen, refinements, search
from assistant.turn.context import REMEMBERED, Answer, Context
from assistant.turn.messages import say
from assistant.turn.update import merged


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
    # Neither what an earlier "cheaper" left behind nor a budget stands in the way of "a bit better".
    opposite = (Operator.ABOVE, Operator.AT_LEAST) if cheaper else (Operator.BELOW, Operator.AT_MOST)
    kept = [c for c in state.constraints if not (c.attribute == "price" and c.operator in opposite)]
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
        return Answer(state, say("no_more", state.language), (), loosen(context))
    state = state.model_copy(update={"shown": page, "offset": state.offset + len(page), "focus": None})
    cards = context.cards(state, page)
    what = phrase.what(state, context.catalogue.names)
    key = "more" if len(cards) != 1 else "more_one"
    text = say(key, state.language, state.turn, count=len(cards), what=what)
    replies = (phrase.quick("quick_more", state.language), phrase.quick("quick_cheaper", state.language))
    return Answer(state, text, cards, replies)


def _nothing_shown(context: Context) -> Answer:
    language = context.language
    text = say("nothing_to_show", language)
    state = context.state.model_copy(update={"pending": Pending(kind="clarify")})
    return Answer(state, text, (), phrase.suggestions(context.catalogue, language))
