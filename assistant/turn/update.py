"""state' = update(state, act, understood): what a message changes in what is remembered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from assistant.constraint import Constraint, Operator, forget
from assistant.state import ShoppingState
from assistant.understanding.understood import Understood

_UPPER = {Operator.AT_MOST, Operator.BELOW}
_LOWER = {Operator.AT_LEAST, Operator.ABOVE}


class Act(StrEnum):
    """What the shopper does with a message; Rasa's policies choose it (its actions are named `action_<act>`)."""

    GREET = "greet"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    SEARCH = "search"
    REFINE = "refine"
    RELAX = "relax"
    CHEAPER = "cheaper"
    DEARER = "dearer"
    SHOW_MORE = "show_more"
    DETAILS = "details"
    START_OVER = "start_over"
    OFF_TOPIC = "off_topic"
    CLARIFY = "clarify"


def settled(state: ShoppingState, act: Act, understood: Understood) -> Act:
    """Return what an act comes to in this state: "a cheaper laptop" is a search where no laptop was shown yet."""
    if act in (Act.CHEAPER, Act.DEARER, Act.SHOW_MORE):
        category = next((c for c in understood.constraints if c.attribute == "category"), None)
        elsewhere = category is not None and str(category.value) != state.category
        if elsewhere or (understood.product and not state.searching):
            return Act.SEARCH
    return act


def update(state: ShoppingState, act: Act, understood: Understood) -> ShoppingState:
    """Return the state after a message; demands that need the catalogue (cheaper) are made by the caller."""
    state = state.model_copy(update={"turn": state.turn + 1, "language": understood.language})
    if act is Act.START_OVER:
        return ShoppingState(language=state.language, turn=state.turn)
    if act is Act.SEARCH or (act is Act.REFINE and not state.searching):
        if act is Act.SEARCH and not _new_wish(state, understood):
            return _refined(state, understood)
        return ShoppingState(
            language=state.language,
            turn=state.turn,
            query=(understood.query,) if understood.query else (),
            constraints=understood.constraints,
        )
    if act is Act.REFINE:
        return _refined(state, understood)
    if act is Act.RELAX:
        return relaxed(state, understood)
    return state


def _new_wish(state: ShoppingState, understood: Understood) -> bool:
    """Whether a search names a thing of its own, so that what was demanded before no longer applies."""
    names_thing = understood.product or any(c.attribute == "category" for c in understood.constraints)
    return bool(names_thing) or not state.searching or not understood.constraints


def _refined(state: ShoppingState, understood: Understood) -> ShoppingState:
    category = next((c for c in understood.constraints if c.attribute == "category"), None)
    if category and state.category and str(category.value) != state.category:
        # Another kind of thing: its budget and brand are worth keeping, its specifications are not.
        kept = tuple(c for c in state.constraints if c.attribute in ("price", "brand"))
        query: tuple[str, ...] = (understood.query,) if understood.query else ()
        return state.model_copy(
            update={"query": query, "constraints": merged(kept, understood.constraints), "ranked": (), "offset": 0}
        )
    constraints = merged(state.constraints, understood.constraints)
    # "red phones", then "blue": what was replaced is no longer searched for either.
    gone = [c.said for c in state.constraints if c not in constraints and c.said]
    query = tuple(q for text in state.query if (q := " ".join(_forget(text, gone).split())))
    # Words that became no demand still say what is wanted ("for travelling").
    if understood.query and not understood.constraints:
        query = (*query, understood.query)
    return state.model_copy(update={"query": query, "constraints": constraints, "ranked": (), "offset": 0})


def merged(old: Iterable[Constraint], new: Iterable[Constraint]) -> tuple[Constraint, ...]:
    """Add `new` demands to `old`; a new one replaces those on the same side of the same attribute."""
    new = tuple(new)
    return (*(c for c in old if not any(_replaces(n, c) for n in new)), *new)


def _replaces(new: Constraint, old: Constraint) -> bool:
    if new.attribute != old.attribute:
        return False
    if new.operator in _UPPER:
        return old.operator in _UPPER or _contradicts(new, old)
    if new.operator in _LOWER:
        return old.operator in _LOWER or _contradicts(old, new)
    if new.operator is Operator.NOT_EQUAL:
        return (old.operator is Operator.EQUAL and old.value == new.value) or old.key == new.key
    return old.operator is Operator.EQUAL or (old.operator is Operator.NOT_EQUAL and old.value == new.value)


def _contradicts(upper: Constraint, lower: Constraint) -> bool:
    """Whether an upper bound leaves nothing above a lower bound."""
    return lower.operator in _LOWER and upper.value <= lower.value  # type: ignore[operator]


def relaxed(state: ShoppingState, understood: Understood) -> ShoppingState:
    """Drop the demands on what `understood` talks about; the last demand when it names nothing."""
    keys = {*understood.facets, *(c.attribute for c in understood.constraints)}
    if not keys:
        last = next((c for c in reversed(state.constraints) if c.attribute != "category"), None)
        keys = {last.attribute} if last else set()
    return without(state, lambda constraint: constraint.attribute in keys)


def removed(state: ShoppingState, key: str) -> ShoppingState:
    """Drop the one demand whose chip was pressed."""
    return without(state, lambda constraint: constraint.key == key)


def without(state: ShoppingState, drop: Callable[[Constraint], bool]) -> ShoppingState:
    """Return `state` less the constraints for which `drop` is true, ready to be searched again."""
    kept = tuple(c for c in state.constraints if not drop(c))
    gone = [c.said for c in state.constraints if drop(c) and c.said]
    query = tuple(" ".join(_forget(text, gone).split()) for text in state.query)
    return state.model_copy(
        update={"constraints": kept, "query": tuple(q for q in query if q), "ranked": (), "offset": 0}
    )


def _forget(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = forget(text, word)
    return text
