"""Answers to what the assistant asked: yes and no, a bare value, and demands that speak against one another."""

from __future__ import annotations

from assistant.constraint import Constraint, Operator
from assistant.product import Language
from assistant.reply import QuickReply
from assistant.state import Pending, ShoppingState, Wish
from assistant.turn import phrase
from assistant.turn.acts.search import blamed, refinements, search
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.narrow import answered
from assistant.turn.update import Act, contradictions, merged, moved, own_contradiction, without
from assistant.understanding.price import price_bounds
from assistant.understanding.understood import FALLBACK, Understood, convert

_BARE = (Act.REFINE, Act.SEARCH, Act.CLARIFY, Act.AFFIRM, Act.CHOOSE, Act.ASK_PRODUCT, Act.OFF_TOPIC, Act.RELAX)
"""Acts that a bare answer such as "128" may be taken for."""
_STATED = (Act.SEARCH, Act.CLARIFY, Act.AFFIRM, Act.CHOOSE, Act.OFF_TOPIC)
_BARE_AMOUNT = 8
"""So many characters beside the number still make a bare answer: "about 500 please"."""


def heard(context: Context, act: Act) -> Act:
    """Return what a message comes to as the answer to what was asked; a bare answer's demands are understood."""
    pending, understood = context.before.pending, context.understood
    if pending is None:
        return act
    if pending.kind == "contradiction":
        named = {c.attribute for c in understood.constraints}
        asked = {key.split("|", 1)[0] for key in pending.keys}
        # Saying it again is the answer, not another contradiction.
        if act in _BARE and named & asked:
            context.understood = understood.model_copy(update={"corrects": True})
        return act
    if pending.kind == "kind":
        if act in _BARE and (limits := _bare_price(context)):
            return _demanded(context, limits)
        return (
            Act.REFINE
            if act is Act.SEARCH or (act is Act.CLARIFY and pending.attribute == "gift" and _says_more(context))
            else act
        )
    if pending.kind != "facet":
        return act
    if act is Act.RELAX and {*understood.facets, *(c.attribute for c in understood.constraints)} == {pending.attribute}:
        return Act.DENY
    if act in _BARE and (demands := _bare_answer(context, pending)):
        return _demanded(context, demands)
    if _no_matter(act, understood):
        return Act.DENY
    answers = any(c.attribute == pending.attribute for c in understood.constraints) and understood.ordinal is None
    if act in _STATED and answers and not moved(context.before, understood):
        return Act.REFINE
    return act


def _no_matter(act: Act, understood: Understood) -> bool:
    """Whether a message that names nothing declines a question: "I don't mind", "no idea", or what is not quite understood.

    "Any will do" is too short to be sure of, but to an open question it is no answer.
    """
    guessed = act is Act.CLARIFY and understood.parse.intent == FALLBACK
    return understood.vague and (act in (Act.RELAX, Act.DENY) or guessed)


def _says_more(context: Context) -> bool:
    """Whether words that were not understood may be an interest ("model trains") of the one who gets a gift."""
    return bool(context.before.query and context.understood.query)


def _demanded(context: Context, demands: tuple[Constraint, ...]) -> Act:
    context.understood = context.understood.model_copy(update={"constraints": demands, "query": ""})
    return Act.REFINE


def _bare_answer(context: Context, pending: Pending) -> tuple[Constraint, ...]:
    """Return the demand that a bare answer to a question about a facet makes: "128", "cotton", "500"."""
    if pending.attribute == "price":
        return _bare_price(context)
    state, text = context.before, context.understood.parse.text
    hard = [c for c in state.constraints if not c.soft]
    counted = answered(context.catalogue, pending.attribute, hard, text)
    if counted is None:
        return ()
    demand = Constraint(
        attribute=pending.attribute, operator=Operator.EQUAL, value=counted.value, unit=counted.unit,
        turn=state.turn + 1, said=text,
    )  # fmt: skip
    return (demand,)


def _bare_price(context: Context) -> tuple[Constraint, ...]:
    """Return the limits that a bare number makes where a budget was asked for."""
    understood = context.understood
    if understood.constraints or understood.ordinal is not None:
        return ()
    text = understood.parse.text
    bounds = price_bounds(text, hinted=True)
    if not bounds or len(text) - (bounds[-1].end - bounds[0].start) > _BARE_AMOUNT:
        return ()
    rates, currency = context.services.settings.exchange_rates, context.currency
    return tuple(
        Constraint(
            attribute="price", operator=b.operator, value=convert(b.amount, b.currency, currency, rates),
            turn=context.before.turn + 1, said=text[b.start : b.end],
        )
        for b in bounds
    )  # fmt: skip


def affirm(context: Context) -> Answer:
    """Do what was offered."""
    pending, state, language = context.before.pending, context.state, context.language
    if pending is None:
        return Answer(state, say("affirm", language, state.turn), (), _next(context))
    if pending.kind == "relax":
        gone = tuple(c for c in state.constraints if c.key in pending.keys)
        context.state = without(state, lambda c: c.key in pending.keys)
        return search(context, say("relaxed_done", language, state.turn, blame=blamed(context, gone)))
    if pending.kind == "contradiction" and pending.wish:
        old = {c.key for c in state.constraints}
        new = tuple(c for c in pending.wish.constraints if c.key not in old)
        context.state = state.wishing(pending.wish)
        return search(context, say("replaced", language, state.turn, new=blamed(context, new)) if new else "")
    # "Yes" to "which one?" says nothing: the question stays.
    state = state.model_copy(update={"pending": pending})
    if pending.kind == "facet":
        facet = context.catalogue.names.attribute(pending.attribute, language)
        return Answer(state, say("yes_which", language, state.turn, facet=facet), (), _next(context))
    if pending.kind == "kind":
        suggested = phrase.suggestions(context.catalogue, language)
        return Answer(state, say("yes_what", language, state.turn), (), suggested)
    return Answer(state, say("yes_what", language, state.turn), (), _next(context))


def deny(context: Context) -> Answer:
    """Leave what was offered."""
    pending, state, language = context.before.pending, context.state, context.language
    if pending and pending.kind == "relax":
        return Answer(state, say("kept_anyway", language, state.turn), (), _next(context))
    if pending and pending.kind == "contradiction" and pending.keys:
        old = tuple(c for c in state.constraints if c.key in pending.keys)
        return Answer(
            state, say("contradiction_kept", language, state.turn, old=blamed(context, old)), (), _next(context)
        )
    if pending and pending.kind == "facet":
        facet = context.catalogue.names.attribute(pending.attribute, language)
        return search(context, say("declined", language, state.turn, facet=facet))
    return Answer(state, say("deny", language, state.turn), (), _next(context))


def _next(context: Context) -> tuple[QuickReply, ...]:
    if context.state.shown:
        return refinements(context, context.state, ())
    return phrase.suggestions(context.catalogue, context.language)


def contradiction(context: Context, act: Act, wanted: ShoppingState) -> Answer | None:
    """Ask about a demand that speaks against an earlier one; None where none does."""
    if act not in (Act.REFINE, Act.SEARCH) or wanted.category != context.before.category:
        return None
    clashing = contradictions(context.before, context.understood)
    if not clashing or not any(c in context.before.constraints for c in clashing):
        return None
    attributes = {c.attribute for c in clashing}
    new = tuple(c for c in context.understood.constraints if c.attribute in attributes)
    language = wanted.language
    kept = tuple(c for c in context.before.constraints if c not in clashing)
    wish = Wish(query=wanted.query, constraints=merged(kept, context.understood.constraints), order=wanted.order)
    pending = Pending(kind="contradiction", keys=tuple(c.key for c in clashing), wish=wish)
    state = context.before.model_copy(update={"turn": wanted.turn, "language": language, "pending": pending})
    words = blamed(context, new)
    text = say("contradiction", language, state.turn, old=blamed(context, clashing), new=words)
    yes, no = _ANSWERS[language]
    replies = (
        phrase.quick("quick_replace", language, new=words).model_copy(update={"payload": yes}),
        phrase.quick("quick_keep", language).model_copy(update={"payload": no}),
    )
    return Answer(state, text, (), replies)


_ANSWERS: dict[Language, tuple[str, str]] = {"en": ("yes", "no"), "zh": ("是的", "不用了")}


def split(context: Context, act: Act) -> tuple[Constraint, Constraint] | None:
    """Take two demands of one message that can't both hold out of what is understood, and return them."""
    if act not in (Act.REFINE, Act.SEARCH, Act.GIFT, Act.CHEAPER, Act.DEARER):
        return None
    clash = own_contradiction(context.understood)
    if clash:
        left = tuple(c for c in context.understood.constraints if c not in clash)
        context.understood = context.understood.model_copy(update={"constraints": left})
    return clash


def which_of(context: Context, clash: tuple[Constraint, Constraint]) -> Answer:
    """Ask which of two demands of one message is meant; the rest of the message is remembered."""
    language, names = context.language, context.catalogue.names
    words = [phrase.demand_text(c, names, context.currency, language) for c in clash]
    state = context.state.model_copy(update={"pending": Pending(kind="contradiction")})
    text = say("contradiction_own", language, state.turn, old=words[0], new=words[1])
    return Answer(state, text, (), tuple(QuickReply(title=w[:1].upper() + w[1:], payload=w) for w in words))
