"""Small talk, what is refused, and what others answer."""

from __future__ import annotations

from assistant.reply import QuickReply, Route
from assistant.turn import phrase
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say


def _said(context: Context, key: str, *offers: QuickReply, route: Route | None = None) -> Answer:
    state = context.state
    return Answer(state, say(key, state.language, state.turn), (), offers, route=route)


def _kinds(context: Context) -> tuple[QuickReply, ...]:
    return phrase.suggestions(context.catalogue, context.state.language)


def greet(context: Context) -> Answer:
    """Greet, and offer kinds of products."""
    return _said(context, "greet", *_kinds(context))


def thanks(context: Context) -> Answer:
    """Take thanks; what was talked about goes on."""
    return _said(context, "thanks", *_going_on(context))


def goodbye(context: Context) -> Answer:
    """Say goodbye."""
    return _said(context, "goodbye")


def off_topic(context: Context) -> Answer:
    """Refuse politely what is no shopping here, say what can be done, and offer it."""
    return _said(context, "off_topic", phrase.quick("quick_what_sold", context.state.language), *_going_on(context))


def abusive(context: Context) -> Answer:
    """Stay calm and offer help or a person."""
    return _said(context, "abusive", phrase.quick("quick_human", context.state.language), *_going_on(context))


def human(context: Context) -> Answer:
    """Hand over to a person."""
    return _said(context, "human", *_going_on(context), route="human")


def faq(context: Context) -> Answer:
    """Pass on a question about the shop's rules and services."""
    return _said(context, "faq", phrase.quick("quick_human", context.state.language), route="faq")


def order(context: Context) -> Answer:
    """Pass on a question about an order that was placed."""
    return _said(context, "order", phrase.quick("quick_human", context.state.language), route="order")


def _going_on(context: Context) -> tuple[QuickReply, ...]:
    """Offer to go on with the search, or kinds of products where there is none."""
    if context.state.ranked:
        return (phrase.quick("quick_more", context.state.language),)
    return _kinds(context)[:3]
