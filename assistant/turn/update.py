"""state' = update(state, act, understood): what a message changes in what is remembered. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from assistant.constraint import Constraint, Operator, forget
from assistant.state import ShoppingState, Wish
from assistant.understanding.understood import Understood

_UPPER = {Operator.AT_MOST, Operator.BELOW}
_LOWER = {Operator.AT_LEAST, Operator.ABOVE}
_LETTER = re.compile(r"\w")
_KNOWN_SHARE = 0.34
KEPT = ("price", "brand")
"""Demands that outlive a change of category: a budget and a maker mean the same for another kind of thing."""


class Act(StrEnum):
    """What the shopper does with a message; Rasa's policies choose it (its actions are named `action_<act>`)."""

    GREET = "greet"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ABUSIVE = "abusive"
    HUMAN = "human"
    ORDER = "order"
    FAQ = "faq"
    CART_SHOW = "cart_show"
    CART_REMOVE = "cart_remove"
    CART_ADD = "cart_add"
    START_OVER = "start_over"
    UNDO = "undo"
    BACK_TO = "back_to"
    COMPARE = "compare"
    WHY = "why"
    SIMILAR = "similar"
    ASK_CATALOGUE = "ask_catalogue"
    ASK_PRODUCT = "ask_product"
    ASK_RELATED = "ask_related"
    WATCH = "watch"
    CHOOSE = "choose"
    GIFT = "gift"
    SHOW_MORE = "show_more"
    CHEAPER = "cheaper"
    DEARER = "dearer"
    RELAX = "relax"
    SEARCH = "search"
    REFINE = "refine"
    AFFIRM = "affirm"
    DENY = "deny"
    OFF_TOPIC = "off_topic"
    CLARIFY = "clarify"


def settled(state: ShoppingState, act: Act, understood: Understood) -> Act:
    """Return what an act comes to in this state: "a cheaper laptop" is a search where no laptop was shown yet."""
    if act in (Act.CHEAPER, Act.DEARER, Act.SHOW_MORE):
        elsewhere = understood.category is not None and understood.category != state.category
        if elsewhere or (understood.product and not state.searching):
            return Act.SEARCH
        # "Show me the black ones" is more than "more".
        if act is Act.SHOW_MORE and any(not c.soft and not c.names_kind for c in understood.constraints):
            return Act.REFINE
        # "The cheapest" is no "cheaper".
        if understood.order and act is not Act.SHOW_MORE:
            return Act.REFINE
    # "And the black one too", right after the red one was put into the cart.
    if act is Act.CHOOSE and understood.also and state.added and state.added == state.turn:
        return Act.CART_ADD
    # "How many pixels", of a product that is talked about, is no small talk.
    if act is Act.OFF_TOPIC and state.focus and (understood.facets or understood.mentioned):
        return Act.ASK_PRODUCT
    # So it is where the NLU was too unsure to say anything, but marked the property.
    marked = any(e.entity == "facet" for e in understood.parse.entities)
    if act is Act.CLARIFY and state.focus and marked and (understood.facets or understood.mentioned):
        return Act.ASK_PRODUCT
    # "How many are left?" is asked of the product that is talked about, not of the shop.
    if (
        act is Act.ASK_CATALOGUE
        and state.focus
        and not understood.parse.entities
        and "availability" in understood.mentioned
    ):
        return Act.ASK_PRODUCT
    # After the cheapest of all, "the most expensive one" is none of those on screen.
    if understood.order and state.order and understood.order.reverses(state.order):
        if act is Act.ASK_PRODUCT:
            return Act.ASK_CATALOGUE
        if act is Act.CHOOSE and understood.corrects:
            return Act.REFINE
    # "A tablet instead": the same wish for another kind of thing.
    if act is Act.SEARCH and understood.corrects and state.category and not new_topic(understood):
        return Act.REFINE
    # A name alone narrows down what is talked about.
    empty = not (understood.constraints or understood.query or understood.order)
    if act is Act.REFINE and not state.searching and empty:
        return Act.CLARIFY
    # What was not understood, but names what the shop knows, is worth trying.
    if act is Act.CLARIFY and (understood.constraints or understood.order) and _mostly_known(understood):
        return Act.REFINE if state.searching else Act.SEARCH
    if act is Act.GIFT and understood.category:
        return Act.SEARCH
    return act


def new_topic(understood: Understood) -> bool:
    """Whether a message says so much of a new kind of thing that nothing of the old wish is meant any more."""
    return any(c.attribute in KEPT for c in understood.constraints)


Applies = Callable[[Constraint, str], bool]
"""Whether a demand means anything for another category; the catalogue knows."""


def outlives(constraint: Constraint, _category: str) -> bool:
    """Whether a demand outlives any change of category."""
    return constraint.attribute in KEPT


def _mostly_known(understood: Understood) -> bool:
    """Whether the known names are a good part of the message: one word in a line of gibberish means nothing."""
    said = {c.said for c in understood.constraints} | ({understood.order.said} if understood.order else set())
    known = sum(len(_LETTER.findall(words)) for words in said)
    return known >= _KNOWN_SHARE * len(_LETTER.findall(understood.parse.text))


def update(state: ShoppingState, act: Act, understood: Understood, applies: Applies = outlives) -> ShoppingState:
    """Return the state after a message; demands that need the catalogue (cheaper) are made by the handlers."""
    state = new_state(state, understood)
    match act:
        case Act.START_OVER:
            return ShoppingState(language=state.language, turn=state.turn, cart=state.cart)
        case Act.SEARCH:
            # "Tablets instead": the same wish for another kind of thing.
            moves = understood.corrects and moved(state, understood)
            # Demands that were made before the kind of thing was known ("in black") are meant for it.
            waiting = state.searching and not state.category and not state.shown
            refines = moves or waiting or not new_wish(state, understood)
            return _refined(state, understood, applies) if refines else _searched(state, understood)
        case Act.GIFT:
            return _searched(state, understood)
        case Act.REFINE:
            refines = state.searching or state.order is not None
            return _refined(state, understood, applies) if refines else _searched(state, understood)
        case Act.RELAX:
            return relaxed(state, understood)
        case Act.UNDO:
            return undone(state)
    return state


def new_state(state: ShoppingState, understood: Understood) -> ShoppingState:
    """Return the state of the next turn; what was asked is answered now, or no longer asked."""
    return state.model_copy(update={"turn": state.turn + 1, "language": understood.language, "pending": None})


def new_wish(state: ShoppingState, understood: Understood) -> bool:
    """Whether a search names a thing of its own, so that what was demanded before no longer applies."""
    return (
        bool(understood.product or understood.category)
        or not state.searching
        or not (understood.constraints or understood.order)
    )


def moved(state: ShoppingState, understood: Understood) -> bool:
    """Whether a message names another kind of thing than is looked for; a part of that kind is no other one."""
    category = understood.category
    return bool(category and state.category and not f"{category} > ".startswith(f"{state.category} > "))


def _searched(state: ShoppingState, understood: Understood) -> ShoppingState:
    wish = Wish(
        query=(understood.query,) if understood.query else (),
        constraints=understood.constraints,
        order=understood.order,
    )
    fresh = state.put_aside() if wish.category != state.category else state
    # Another kind of thing is another conversation: its facets may be asked about again.
    return fresh.wishing(wish).model_copy(update={"asked": (), "shown": (), "focus": None})


def _refined(state: ShoppingState, understood: Understood, applies: Applies) -> ShoppingState:
    category = understood.category or ""
    order = understood.order or state.order
    if moved(state, understood):
        # Another kind of thing: its budget and brand are worth keeping, what only the old kind has is not.
        kept = tuple(c for c in state.constraints if c.attribute != "category" and applies(c, category))
        query: tuple[str, ...] = (understood.query,) if understood.query else ()
        wish = Wish(query=query, constraints=merged(kept, understood.constraints), order=understood.order)
        return state.put_aside().wishing(wish).model_copy(update={"asked": (), "focus": None})
    constraints = merged(state.constraints, understood.constraints)
    # "red phones", then "blue": what was replaced is no longer searched for either.
    gone = [c.said for c in state.constraints if c not in constraints and c.said]
    query = _unsaid(state.query, gone)
    # Words that became no demand still say what is wanted ("for travelling"), and so does the thing itself.
    if understood.query and (category or not (understood.constraints or understood.order)):
        query = (*query, understood.query)
    return state.wishing(Wish(query=query, constraints=constraints, order=order))


def merged(old: Iterable[Constraint], new: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Add `new` demands to `old`; a new one replaces those on the same side of the same attribute."""
    new = tuple(new)
    refused = [c for c in new if c.operator is Operator.NOT_EQUAL]
    left = [_less(c, refused) for c in old]
    return (*(c for c in left if not any(_replaces(n, c) for n in new)), *new)


def _less(old: Constraint, refused: Iterable[Constraint]) -> Constraint:
    """Take refused values out of a demand with alternatives: "Lenovo or ASUS", then "no ASUS", leaves Lenovo."""
    gone = [c.value for c in refused if c.attribute == old.attribute and old.operator is Operator.EQUAL]
    values = [value for value in old.values if value not in gone]
    if not old.alternatives or not values or len(values) == len(old.values):
        return old
    return old.model_copy(update={"value": values[0], "alternatives": tuple(map(str, values[1:])), "said": ""})


def _replaces(new: Constraint, old: Constraint) -> bool:
    if new.attribute != old.attribute:
        return False
    if new.operator in _UPPER:
        return old.operator in _UPPER or _contradicts(new, old)
    if new.operator in _LOWER:
        return old.operator in _LOWER or _contradicts(old, new)
    if new.operator is Operator.NOT_EQUAL:
        return (old.operator is Operator.EQUAL and new.value in old.values) or old.key == new.key
    return old.operator is Operator.EQUAL or (old.operator is Operator.NOT_EQUAL and old.value in new.values)


def _contradicts(upper: Constraint, lower: Constraint) -> bool:
    """Whether an upper bound leaves nothing above a lower bound."""
    return lower.operator in _LOWER and upper.value <= lower.value  # type: ignore[operator]


def own_contradiction(understood: Understood) -> tuple[Constraint, Constraint] | None:
    """Return two demands of one message that can't both hold: over 300 and under 100."""
    pairs = ((old, new) for n, new in enumerate(understood.constraints) for old in understood.constraints[:n])
    return next(((old, new) for old, new in pairs if _clashes(new, old)), None)


def contradictions(state: ShoppingState, understood: Understood) -> tuple[Constraint, ...]:
    """Return the standing demands that a new one speaks against in a way that is no plain correction.

    Another value is a correction ("silver" after "black"). Wanting what was refused, refusing what was demanded, and a
    bound on the wrong side of the other bound may be slips: they are worth a question, unless the words say that the
    shopper means to change ("instead", "after all", 改成).
    """
    if understood.corrects:
        return ()
    return tuple(old for new in understood.constraints for old in state.constraints if _clashes(new, old))


def _clashes(new: Constraint, old: Constraint) -> bool:
    if new.attribute != old.attribute or new.soft or old.soft or not old.said:
        return False
    equal, not_equal = Operator.EQUAL, Operator.NOT_EQUAL
    if new.operator is equal and old.operator is not_equal:
        return old.value in new.values
    if new.operator is not_equal and old.operator is equal:
        return old.values == (new.value,)
    if new.operator in _UPPER and old.operator in _LOWER:
        return _contradicts(new, old)
    return new.operator in _LOWER and old.operator in _UPPER and _contradicts(old, new)


def relaxed(state: ShoppingState, understood: Understood) -> ShoppingState:
    """Drop the demands on what `understood` talks about; the last demand when it names nothing."""
    named = [e for e in understood.parse.entities if e.entity in ("attribute", "colour", "brand", "facet")]
    # "Samsung is fine after all" takes back what was said of Samsung, not what was said of Apple.
    exact = {
        old.key: old.attribute
        for new in understood.constraints
        for old in state.constraints
        if old.attribute == new.attribute and set(old.values) & set(new.values)
    }
    said = (c.attribute for c in understood.constraints if c.attribute not in exact.values())
    keys = {*understood.facets, *said}
    # "The price doesn't matter" also ends "cheapest first".
    if understood.order or (state.order and keys & set(state.order.attributes)):
        keys.add("order")
    if not keys and not exact and not named:
        last = next((c for c in reversed(state.constraints) if c.attribute != "category"), None)
        keys = {last.attribute} if last else {"order"}
    declined = tuple(dict.fromkeys([*state.asked, *sorted(keys)]))
    less = without(state, lambda c: c.attribute in keys or c.key in exact, order="order" not in keys)
    # "It needn't be lightweight": what became no demand was still searched for.
    words = [e.value for e in understood.parse.entities if e.entity in ("attribute", "colour", "brand")]
    query = _unsaid(less.query, words)
    less = state.wishing(less.wish.model_copy(update={"query": query}))
    return less.model_copy(update={"asked": declined})


def removed(state: ShoppingState, key: str) -> ShoppingState:
    """Drop the one demand whose chip was pressed."""
    return without(state, lambda constraint: constraint.key == key, order=key != ORDER_KEY)


ORDER_KEY = "order"
"""Key of the chip that stands for the order."""


def without(state: ShoppingState, drop: Callable[[Constraint], bool], *, order: bool = True) -> ShoppingState:
    """Return `state` less the constraints for which `drop` is true (and less the order), ready to be searched again."""
    kept = tuple(c for c in state.constraints if not drop(c))
    gone = [c.said for c in state.constraints if drop(c) and c.said]
    if not order and state.order:
        gone.append(state.order.said)
    query = _unsaid(state.query, gone)
    return state.wishing(Wish(query=query, constraints=kept, order=state.order if order else None))


def undone(state: ShoppingState) -> ShoppingState:
    """Return to the wish before the last change."""
    if not state.past:
        return state
    back = state.past[-1]
    topics = tuple(t for t in state.topics if t.wish.category != back.category)
    return state.wishing(back).model_copy(update={"past": state.past[:-1], "topics": topics})


def _unsaid(query: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """Return the texts of `query` without `words`; what is empty then is left out."""
    left = []
    for text in query:
        for word in words:
            text = forget(text, word)
        left.append(" ".join(text.split()))
    return tuple(filter(None, left))
