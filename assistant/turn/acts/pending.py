"""Answers to what the assistant asked: yes and no, a bare value, and demands that speak against earlier ones."""

from __future__ import annotations

from decimal import Decimal

from assistant.constraint import Constraint, Operator
from assistant.state import Pending, ShoppingState, Wish
from assistant.turn import phrase
from assistant.turn.acts.search import blamed, refinements, search
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.narrow import answered
from assistant.turn.update import Act, contradictions, merged, without

_BARE = (Act.REFINE, Act.SEARCH, Act.CLARIFY, Act.AFFIRM, Act.CHOOSE, Act.ASK_PRODUCT, Act.OFF_TOPIC)
"""Acts that a bare answer such as "128" may look like."""


def affirm(context: Context) -> Answer:
    """Do what was offered."""
    pending, state = context.before.pending, context.state
    if pending and pending.kind == "relax":
        gone = tuple(c for c in state.constraints if c.key in pending.keys)
        context.state = without(state, lambda c: c.key in pending.keys)
        return _after("relaxed_done", context, blame=blamed(context, gone))
    if pending and pending.kind == "contradiction" and pending.wish:
        context.state = state.wishing(pending.wish)
        return search(context)
    if pending and pending.kind in ("facet", "kind", "clarify"):
        # "Yes" to "which one?" says nothing: the question stays.
        return Answer(state.model_copy(update={"pending": pending}), say("affirm", context.language, state.turn))
    return Answer(state, say("affirm", context.language, state.turn), (), _next(context))


def deny(context: Context) -> Answer:
    """Leave what was offered."""
    pending, state = context.before.pending, context.state
    if pending and pending.kind == "relax":
        return Answer(state, say("kept_anyway", context.language, state.turn), (), _next(context))
    if pending and pending.kind == "contradiction":
        old = tuple(c for c in state.constraints if c.key in pending.keys)
        return Answer(state, say("contradiction_kept", context.language, old=blamed(context, old)), (), _next(context))
    if pending and pending.kind == "facet":
        return decline(context, pending)
    return Answer(state, say("deny", context.language, state.turn), (), _next(context))


def decline(context: Context, pending: Pending) -> Answer:
    """The facet that was asked about does not matter."""
    facet = context.catalogue.names.attribute(pending.attribute, context.language)
    return _after("declined", context, facet=facet)


def _after(key: str, context: Context, **gaps: object) -> Answer:
    before = say(key, context.language, context.state.turn, **gaps)
    answer = search(context)
    joint = " " if context.language == "en" else ""
    return Answer(answer.state, before + joint + answer.text, answer.cards, answer.quick_replies)


def _next(context: Context) -> tuple[phrase.QuickReply, ...]:
    if context.state.shown:
        return refinements(context, context.state, ())
    return phrase.suggestions(context.catalogue, context.language)


def bare_answer(state: ShoppingState, act: Act, context: Context) -> Constraint | None:
    """Return the demand that a bare answer to a question about a facet makes: "128", "cotton"."""
    pending = state.pending
    if pending is None or pending.kind != "facet" or act not in _BARE or pending.attribute in ("price", "brand"):
        return None
    text = context.understood.parse.text
    hard = [c for c in state.constraints if not c.soft]
    counted = answered(context.catalogue, pending.attribute, hard, text)
    if counted is None:
        return None
    return Constraint(
        attribute=pending.attribute, operator=Operator.EQUAL, value=counted.value, unit=counted.unit,
        turn=state.turn + 1, said=text,
    )  # fmt: skip


def bare_price(state: ShoppingState, act: Act, context: Context) -> Constraint | None:
    """Return the limit that a bare number makes where a budget was asked for."""
    pending = state.pending
    if pending is None or pending.kind not in ("facet", "kind") or act not in _BARE:
        return None
    if pending.kind == "facet" and pending.attribute != "price":
        return None
    text = context.understood.parse.text.strip(" .!?。！？")
    if not text.replace(",", "").isdigit():
        return None
    limit = Decimal(text.replace(",", ""))
    return Constraint(attribute="price", operator=Operator.AT_MOST, value=limit, turn=state.turn + 1, said=text)


def declines(state: ShoppingState, act: Act, context: Context) -> bool:
    """Whether "doesn't matter" is the answer to the question that was asked, and no demand is to be dropped."""
    understood = context.understood
    named = {*understood.facets, *(c.attribute for c in understood.constraints)}
    pending = state.pending
    if pending is None or pending.kind != "facet" or act is not Act.RELAX:
        return False
    return not named or named == {pending.attribute}


def contradiction(context: Context, act: Act, wanted: ShoppingState) -> Answer | None:
    """Ask about a demand that speaks against an earlier one; None where none does."""
    if act not in (Act.REFINE, Act.SEARCH) or wanted.category != context.before.category:
        return None
    clashing = contradictions(context.before, context.understood)
    if not clashing:
        return None
    attributes = {c.attribute for c in clashing}
    new = tuple(c for c in context.understood.constraints if c.attribute in attributes)
    language = context.language
    kept = tuple(c for c in context.before.constraints if c not in clashing)
    wish = Wish(query=wanted.query, constraints=merged(kept, context.understood.constraints), order=wanted.order)
    pending = Pending(kind="contradiction", keys=tuple(c.key for c in clashing), wish=wish)
    state = context.before.model_copy(update={"turn": wanted.turn, "language": wanted.language, "pending": pending})
    words = blamed(context, new)
    text = say("contradiction", language, state.turn, old=blamed(context, clashing), new=words)
    replies = (phrase.quick("quick_replace", language, new=words), phrase.quick("quick_keep", language))
    return Answer(
        state, text, (), tuple(r.model_copy(update={"payload": _payload(i, language)}) for i, r in enumerate(replies))
    )


def _payload(place: int, language: str) -> str:
    return (("yes", "no") if language == "en" else ("是的", "不用了"))[place]
