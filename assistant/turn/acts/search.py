"""Searching: new wishes and refined ones, what to do where nothing or too much is found, relaxing, gifts, clarifying."""

from __future__ import annotations

from assistant.catalogue.names import plain
from assistant.constraint import RELATIVES, Constraint, Operator
from assistant.product import Attribute, Product
from assistant.reply import Card, QuickReply
from assistant.state import Pending, ShoppingState
from assistant.turn import phrase
from assistant.turn.context import Answer, Context, hardened
from assistant.turn.messages import say
from assistant.turn.narrow import question
from assistant.turn.phrase import listed
from assistant.turn.pointing import named_elsewhere
from assistant.turn.rank import Ranked
from assistant.turn.wording import joined, value_words
from assistant.understanding.stating import numeric
from kg import asked
from kg.relaxing import relaxations

_PAGES = 3
"""So many pages of results are too many to read: a question helps."""
_QUESTIONS = 4
"""So many questions about one kind of thing are enough."""
_OFFERED, _KINDS, _LEAST_KINDS = 2, 4, 2


def search(context: Context, *lead: str) -> Answer:
    """Answer a wish: what meets it, or which demand is to blame that nothing does; `lead` are sentences in front."""
    state = context.state
    if _names_nothing(context):
        return _ask_kind(context, *lead)
    if not state.wish or (state.order and not _specific(state)):
        return _ask_kind(context, *lead) if state.order else clarify(context)
    if _kindless(context):
        return _ask_kind(context, *lead)
    named = _named(context)
    if named:
        context.state = state = _of_its_kind(state, named)
    ranked = context.find(state)
    if not ranked:
        return _without(context, *lead)
    state, cards = context.show(state, ranked)
    if named and named.id in state.shown:
        # What comes next ("cheaper") is about this kind of thing only.
        state = state.model_copy(update={"focus": named.id, "constraints": hardened(state.constraints)})
    text = _found(context, state, cards)
    narrowing = None if named else _narrowing(context, state)
    if narrowing is None:
        if context.before.pending and context.before.pending.kind == "kind" and not state.category:
            # A budget was answered; the kind of thing may still come.
            state = state.model_copy(update={"pending": context.before.pending})
        return Answer(state, joined(state.language, *lead, text), cards, refinements(context, state, ranked))
    state, ask, replies = narrowing
    return Answer(state, joined(state.language, *lead, text, ask), cards, replies)


def _names_nothing(context: Context) -> bool:
    """Whether all that is looked for is "something": the NLU found nothing in the words, and no title has them."""
    state, message = context.state, context.understood
    if context.quiet or not message.vague or state.constraints or state.query != (message.query,):
        return False
    return named_elsewhere(context, message.query) is None


def _kindless(context: Context) -> bool:
    """Whether a first wish says what something should be like and not what it is: "in black"."""
    state, message = context.state, context.understood
    vague = [c for c in state.constraints if c.attribute not in ("brand", "category", "price", "rating", *RELATIVES)]
    return (
        not (context.loose or context.before.searching or message.product or message.order)
        and bool(vague)
        and len(vague) == len(state.constraints)
    )


def _named(context: Context) -> Product | None:
    """Return the one product that a new search names by its title ("Sony WH-1000XM6"); what follows is about it."""
    if not context.loose and context.before.searching:
        return None
    return named_elsewhere(context)


def _of_its_kind(state: ShoppingState, product: Product) -> ShoppingState:
    """Prefer products of the same kind, so that "cheaper" and "more" stay with it."""
    if not product.category:
        return state
    kind = Constraint(
        attribute="category",
        operator=Operator.EQUAL,
        value=" > ".join(product.category),
        turn=state.turn,
        soft=True,
    )
    return state.model_copy(update={"constraints": (*state.constraints, kind)})


def _specific(state: ShoppingState) -> bool:
    """Whether a wish names anything but what is wanted most of."""
    return bool(state.constraints or state.category)


def _ask_kind(context: Context, *lead: str) -> Answer:
    """The cheapest of what?"""
    state, language = context.state, context.language
    state = state.model_copy(update={"query": (), "pending": Pending(kind="kind")})
    offers = phrase.suggestions(context.catalogue, language)
    return Answer(state, joined(language, *lead, say("ask_kind", language, state.turn)), (), offers)


def _found(context: Context, state: ShoppingState, cards: tuple[Card, ...]) -> str:
    names, language = context.catalogue.names, state.language
    count = context.count()
    told = _leads(context, state, cards[0].id) if state.order else None
    if told:
        label, value = told
        count = count if count is not None else len(context.ranked)
        what = phrase.what(state, names)
        title = cards[0].title
        if count == 1:
            return say("ordered_one", language, label=label, value=value, title=title, what=what)
        return say("ordered", language, state.turn, label=label, value=value, title=title, what=what, count=count)
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
    # An order says which ones are wanted, and without a kind of thing there is no ground to count on.
    if context.quiet or state.order or len(state.asked) >= _QUESTIONS:
        return None
    count = context.count()
    if count is None or count <= _PAGES * context.page:
        return None
    if kind := _which_kind(context, state):
        return kind
    if not state.category:
        return None
    hard = [c for c in state.constraints if not c.soft or c.attribute == "category"]
    settled = {*state.asked, *(c.attribute for c in state.constraints)}
    found = question(context.catalogue, hard, count, sorted(settled), state.language, state.turn)
    if found is None:
        return None
    pending = Pending(kind="facet", attribute=found.attribute)
    state = state.model_copy(update={"asked": (*state.asked, found.attribute), "pending": pending})
    return state, found.text, found.quick_replies


def _which_kind(context: Context, state: ShoppingState) -> tuple[ShoppingState, str, tuple[QuickReply, ...]] | None:
    """Ask what kind of thing it shall be, once for each kind that has kinds below it."""
    language, names = state.language, context.catalogue.names
    about = f"category {state.category or ''}".strip()
    if about in state.asked or not context.catalogue.has_kinds(state.category):
        return None
    demands = [c for c in state.constraints if not c.soft or c.attribute == "category"]
    kinds = asked.kinds(context.catalogue.graph, state.category, demands)
    if len(kinds) < _LEAST_KINDS:
        return None
    replies = []
    for kind in kinds[:_KINDS]:
        name = names.category(str(kind.value), language).lower()
        quick = phrase.quick("quick_category", language, category=name)
        replies.append(quick.model_copy(update={"title": f"{name} ({kind.count})"}))
    state = state.model_copy(update={"asked": (*state.asked, about), "pending": Pending(kind="kind")})
    return state, say("ask_kind", language, state.turn), tuple(replies)


def blamed(context: Context, constraints: tuple[Constraint, ...]) -> str:
    """Return demands in words."""
    names, language = context.catalogue.names, context.language
    return phrase.demands_text(constraints, names, context.currency, language)


def _without(context: Context, *lead: str) -> Answer:
    """Nothing meets every demand: name the smallest set that is to blame, show what there is without it, and offer."""
    state, language = context.state, context.language
    found = relaxations(context.catalogue.graph, [c for c in hardened(state.constraints) if not c.soft])
    if not found:
        return _nothing(context, *lead)
    (gone, count), others = found[0], found[1:]
    keys = tuple(c.key for c in gone)
    loose = state.model_copy(update={"constraints": tuple(c for c in state.constraints if c.key not in keys)})
    context.loose = False
    ranked = context.find(loose)
    if not ranked:
        return _nothing(context, *lead)
    shown, cards = context.show(loose, ranked)
    count = context.count() or count
    them = say("it_one" if len(gone) == 1 else "it_many", language)
    text = say("relaxed_offer", language, state.turn, blame=blamed(context, gone), count=count, them=them)
    # The demand stays until the shopper takes it back; only what is on screen has changed.
    state = shown.model_copy(update={"constraints": state.constraints, "pending": Pending(kind="relax", keys=keys)})
    replies = [phrase.quick("quick_yes", language)]
    for other, left in others[:_OFFERED]:
        if len(other) == 1 and other[0].attribute not in {c.attribute for c in gone}:
            facet = context.catalogue.names.attribute(other[0].attribute, language)
            quick = phrase.quick("quick_without", language, facet=facet)
            replies.append(quick.model_copy(update={"title": f"{quick.title} ({left})"}))
    replies.append(phrase.quick("quick_no", language))
    return Answer(state, joined(language, *lead, text), cards, tuple(replies))


def _nothing(context: Context, *lead: str) -> Answer:
    """Nothing is found, whatever single demand is given up."""
    state, language = context.state, context.language
    suggested = phrase.suggestions(context.catalogue, language)
    replies = (*loosen(context), *suggested)[:4] if state.constraints else suggested
    return Answer(state.off_screen(), joined(language, *lead, say("nothing", language, state.turn)), (), replies)


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


def loosen(context: Context) -> tuple[QuickReply, ...]:
    """Offer to take back the latest demands."""
    state, names = context.state, context.catalogue.names
    loose = [c for c in state.constraints if c.attribute != "category"][-2:]
    keys = dict.fromkeys(c.attribute for c in loose)
    forget = [phrase.quick("quick_without", state.language, facet=names.attribute(k, state.language)) for k in keys]
    return (*forget, phrase.quick("quick_start_over", state.language))


def relax(context: Context) -> Answer:
    """Search again with less demanded, and say what no longer counts."""
    state, language, names = context.state, context.language, context.catalogue.names
    before = context.before
    gone = tuple(c for c in before.constraints if c.key not in {k.key for k in state.constraints})
    words = [blamed(context, gone)] if gone else []
    if before.order and not state.order:
        words.append(phrase.order_text(before.order, names, language))
    if words:
        lead = say("relaxed_done", language, state.turn, blame=listed(words, language))
        return search(context, lead) if state.searching else _bare(context, lead)
    if not state.searching:
        return clarify(context)
    if context.understood.facets:
        labels = [names.attribute(key, language) for key in context.understood.facets]
        return search(context, say("declined", language, state.turn, facet=listed(labels, language)))
    return (
        search(context)
        if state.wish != before.wish
        else Answer(state, say("nothing_to_relax", language, state.turn), (), refinements(context, state, ()))
    )


def _bare(context: Context, lead: str) -> Answer:
    """Nothing is looked for any more."""
    language = context.language
    text = joined(language, lead, say("ask_kind", language, context.state.turn))
    state = context.state.off_screen().model_copy(update={"pending": Pending(kind="kind")})
    return Answer(state, text, (), phrase.suggestions(context.catalogue, language))


def gift(context: Context) -> Answer:
    """Look for a present; ask for an interest and a budget where neither an interest nor a kind of thing is known."""
    if context.understood.query:
        return search(context)
    state, language = context.state, context.language
    pending = Pending(kind="kind", attribute="gift")
    return Answer(
        state.off_screen().model_copy(update={"pending": pending}),
        say("ask_gift_budgeted" if state.constraints else "ask_gift", language, state.turn),
        (),
        phrase.suggestions(context.catalogue, language),
    )


def clarify(context: Context) -> Answer:
    """Ask one question; where a question was asked just before, show what there is instead."""
    state, language = context.state, context.language
    offers = phrase.suggestions(context.catalogue, language)
    if context.before.pending and context.before.pending.kind in ("clarify", "kind"):
        return Answer(state, say("clarify_again", language, state.turn), (), offers)
    state = state.model_copy(update={"pending": Pending(kind="clarify")})
    if state.searching:
        return Answer(state, say("clarify_searching", language, state.turn), (), loosen(context))
    return Answer(state, say("clarify", language, state.turn), (), offers)
