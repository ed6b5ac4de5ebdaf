"""Back in the conversation: undoing a step, returning to an earlier topic, starting over."""

from __future__ import annotations

from assistant.state import ShoppingState, Topic
from assistant.turn import phrase
from assistant.turn.acts.search import refinements, search
from assistant.turn.context import REMEMBERED, Answer, Context
from assistant.turn.messages import say
from assistant.turn.update import merged, new_state
from assistant.turn.wording import joined


def undo(context: Context) -> Answer:
    """Take the last step back: a page that was turned, else the last change of the wish."""
    before, language = context.before, context.language
    if page := _page_before(context):
        context.state = new_state(before, context.understood).model_copy(update={"focus": None} | page)
        cards = context.cards(context.state, context.state.shown)
        text = say("undone", language, context.state.turn)
        return Answer(context.state, text, cards, refinements(context, context.state, ()))
    if not before.past:
        return Answer(context.state, say("nothing_to_undo", language, context.state.turn))
    return search(context, say("undone", language, context.state.turn))


def _page_before(context: Context) -> dict[str, object] | None:
    """Return what was on screen before the page was turned; None where the first page is on screen."""
    before = context.before
    start = before.offset - len(before.shown)
    if start <= 0 or before.ranked[start : before.offset] != before.shown:
        return None
    first = max(0, start - context.page)
    return {"shown": before.ranked[first:start], "offset": start}


def back_to(context: Context) -> Answer:
    """Return to an earlier topic, the one that is named or else the last one, with what was on screen."""
    state = context.state
    named = context.understood.category
    if named and _within(state.category, named):
        return _resumed(context, Topic(wish=state.wish, shown=state.shown, focus=state.focus))
    topic = next((t for t in reversed(state.topics) if named is None or _within(t.wish.category, named)), None)
    if topic is not None:
        aside = state.put_aside()
        context.state = aside.model_copy(update={"topics": tuple(t for t in aside.topics if t != topic)})
        return _resumed(context, topic)
    if named:
        wish = state.wish.model_copy(
            update={"query": (), "constraints": context.understood.constraints, "order": context.understood.order}
        )
        context.state = state.put_aside().wishing(wish).model_copy(update={"asked": (), "focus": None})
        return search(context)
    return Answer(
        state, say("no_topic", state.language, state.turn), (), phrase.suggestions(context.catalogue, state.language)
    )


def _resumed(context: Context, topic: Topic) -> Answer:
    """Show an earlier search as it was left, or narrower where the message demands more."""
    names = context.catalogue.names
    more = [c for c in context.understood.constraints if c.attribute != "category"]
    wish = topic.wish.model_copy(update={"constraints": merged(topic.wish.constraints, more)})
    context.state = state = context.state.wishing(wish).model_copy(update={"focus": topic.focus})
    lead = say("back_to", state.language, state.turn, what=phrase.what(state, names))
    if more or not topic.shown:
        return search(context, lead)
    ranked = [item.id for item in context.find(state)]
    # What else was on screen by then (something in place of what was sold out) is no part of the search.
    left = topic.model_copy(update={"shown": tuple(id_ for id_ in topic.shown if id_ in set(ranked))})
    return _as_it_was(context, state, left, ranked, lead) if left.shown else search(context, lead)


def _as_it_was(context: Context, state: ShoppingState, topic: Topic, ranked: list[str], lead: str) -> Answer:
    shown = tuple(id_ for id_ in topic.shown if context.catalogue.product(id_))
    # What was on screen stands first, whichever page it was, and "more" goes on behind it.
    order = tuple(dict.fromkeys([*shown, *ranked]))
    state = state.model_copy(update={"ranked": order[:REMEMBERED], "shown": shown, "offset": len(shown)})
    demands = phrase.wish_text(state, context.catalogue.names, context.currency)
    detail = say("as_before", state.language, demands=demands) if demands else ""
    cards = context.cards(state, shown)
    return Answer(state, joined(state.language, lead, detail), cards, refinements(context, state, ()))


def _within(path: str | None, category: str) -> bool:
    return path is not None and (path == category or path.startswith(category + " > "))


def start_over(context: Context) -> Answer:
    """Begin anew; the cart stays."""
    language = context.language
    text = say("start_over", language, context.state.turn)
    return Answer(context.state, text, (), phrase.suggestions(context.catalogue, language))
