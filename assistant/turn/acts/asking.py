"""Questions about the whole catalogue; what was asked about becomes the search, so that "show me those" goes on."""

from __future__ import annotations

from assistant.constraint import Constraint
from assistant.product import Product
from assistant.state import Order, ShoppingState, Wish
from assistant.turn import phrase
from assistant.turn.context import REMEMBERED, Answer, Context
from assistant.turn.messages import say
from assistant.turn.pointing import card_of, products
from assistant.turn.update import merged
from assistant.turn.whole import Whole, whole_shop
from assistant.understanding.reference import fits
from assistant.understanding.stating import numeric
from assistant.understanding.superlatives import superlative
from assistant.understanding.topics import demanded
from kg import asked, questions

_LOOKED_UP = 60


def ask_catalogue(context: Context) -> Answer:
    """Answer how many there are, which is the most or least, which values there are, from where to where."""
    state, language = context.state, context.state.language
    if strange := _strange(context):
        return _named(context, strange)
    scope = _scope(context)
    whole = Whole(context.catalogue, scope, language, state.turn)
    found = whole.answer(context.understood)
    state = _searching(context, scope, found.ids, found.order)
    context.state = state
    cards = tuple(card_of(context, p) for p in products(context, state.shown if found.ids else ()))
    return Answer(state, found.text, cards, found.quick_replies)


def _scope(context: Context) -> tuple[Constraint, ...]:
    """Return what is asked about: the message's own demands, within the search that is going on where it names no kind."""
    new = tuple(c.model_copy(update={"soft": False}) for c in demanded(context.understood))
    names_kind = any(c.names_kind for c in new) or context.understood.product
    if names_kind or not context.state.category or whole_shop(context.understood.parse.text):
        return new
    return tuple(c.model_copy(update={"soft": False}) for c in merged(context.state.constraints, new))


def _strange(context: Context) -> str | None:
    """Return the words for a kind of thing that is no category here."""
    if any(c.names_kind for c in demanded(context.understood)):
        return None
    return context.understood.product


def _named(context: Context, words: str) -> Answer:
    """Answer about products that are named by their titles; say so when there are none."""
    state, language, catalogue = context.state, context.state.language, context.catalogue
    hits = [id_ for id_, _ in catalogue.lexical.search(words, _LOOKED_UP)]
    found = [p for p in products(context, hits) if fits(p, words)]
    demands = demanded(context.understood)
    if demands and found:
        allowed = set(questions.matching(catalogue.graph, demands))
        found = [p for p in found if p.id in allowed]
    if not found:
        text = say("no_such_kind", language, state.turn, words=words)
        return Answer(state, text, (), phrase.suggestions(catalogue, language))
    found = _ordered(context, found)
    ids = tuple(p.id for p in found)
    shown = ids[: context.page]
    state = state.put_aside().wishing(Wish(query=(words,), constraints=demands))
    state = state.model_copy(update={"ranked": ids, "shown": shown, "offset": len(shown), "focus": None})
    context.state = state
    text = say("named_found", language, state.turn, count=len(found), words=words, title=found[0].title(language))
    return Answer(state, text, tuple(card_of(context, p) for p in found[: len(shown)]), ())


def _ordered(context: Context, found: list[Product]) -> list[Product]:
    """Order products by what a message asks the most or least of."""
    said = next((e.value for e in context.understood.parse.entities if e.entity == "superlative"), "")
    most = superlative(said, context.catalogue.facets) if said else None
    if not most:
        return found
    value = numeric(most.attributes, found)
    told = sorted(((n, p) for p in found if (n := value(p)) is not None), key=lambda pair: pair[0])
    return [p for _, p in (reversed(told) if most.descending else told)] or found


def _searching(
    context: Context, scope: tuple[Constraint, ...], ids: tuple[str, ...], order: tuple[str, bool] | None
) -> ShoppingState:
    """Make the question's topic the search; what it asked for is ranked first."""
    state, graph = context.state, context.catalogue.graph
    if not scope and not ids:
        return state
    if order:
        best = asked.extreme(graph, order[0], scope, descending=order[1], limit=REMEMBERED)
    else:
        best = asked.extreme(graph, "review_count", scope, descending=True, limit=REMEMBERED)
    # What states no such number fits the question all the same.
    rest = questions.matching(graph, scope) if len(best) < REMEMBERED else []
    every = tuple(dict.fromkeys([*ids, *(e.id for e in best), *rest]))[:REMEMBERED]
    ranked = every if order else _one_a_group(context, every)
    query = state.query if scope == state.constraints else _words(scope)
    wanted = Order(attributes=(order[0],), descending=order[1]) if order else None
    wish = Wish(query=query, constraints=scope, order=wanted)
    if wish.category != state.category:
        state = state.put_aside()
    return state.wishing(wish).model_copy(
        update={
            "ranked": ranked,
            # An answer in words leaves on screen what is there.
            "shown": ids[: context.page] or state.shown,
            "offset": len(ids[: context.page]),
            "focus": ids[0] if len(ids) == 1 else None if ids else state.focus,
        }
    )


def _one_a_group(context: Context, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Keep one variant of each product in front: a page of one phone in four colours helps nobody."""
    rows = context.catalogue.vectors.rows(ids)
    first: dict[str, str] = {}
    for id_ in ids:
        first.setdefault(str(rows[id_][1].get("group") or id_) if id_ in rows else id_, id_)
    kept = tuple(first.values())
    return kept + tuple(id_ for id_ in ids if id_ not in kept)


def _words(scope: tuple[Constraint, ...]) -> tuple[str, ...]:
    """Return the words to search for: those of the kind that is asked about."""
    said = next((c.said for c in scope if c.names_kind and c.said), "")
    return (said,) if said else ()
