"""Which products a message is about, on screen or in the whole catalogue, and asking back where it isn't clear."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.product import Product
from assistant.reply import Card, QuickReply
from assistant.turn import phrase
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.wording import buyable
from assistant.understanding.reference import Reference, fits, refer
from kg.compared import variants

_LOOKED_UP = 30
_OFFERED = 4
_LONGEST_TITLE = 48


def products(context: Context, ids: Sequence[str]) -> list[Product]:
    """Read products in the order of `ids`; those that a new catalogue no longer has are left out."""
    return [product for id_ in ids if (product := context.catalogue.product(id_))]


def on_screen(context: Context) -> list[Product]:
    """Return the products on screen; where there are none, the one that is talked about."""
    focus = context.state.focus
    return products(context, context.state.shown or ((focus,) if focus else ()))


def meant(context: Context, *, pointing: bool) -> Reference:
    """Return which products a message means: some on screen, the one talked about, or one named from the catalogue."""
    shown = on_screen(context)
    reference = refer(context.understood, shown, context.state.focus, context.catalogue.facets, pointing=pointing)
    named = any(e.entity == "product" and e.role != "not" for e in context.understood.parse.entities)
    if (
        named
        and reference.place is None
        and not _named_on_screen(context, shown)
        and (other := named_elsewhere(context))
    ):
        return Reference((other.id,), True, used=context.understood.constraints)
    if pointing and reference.named and not reference.ids and reference.place is None:
        return _among_variants(context, shown) or reference
    if not reference.ids and not reference.named and not shown and context.state.focus:
        return Reference((context.state.focus,))
    return reference


def the_one(context: Context, *, pointing: bool) -> tuple[Product | None, Reference]:
    """Return the one product that a message is about: the one it means, the one talked about, or the first on screen.

    None where a message points at something else than one product, or there is none; the reference says which.
    """
    reference = meant(context, pointing=pointing)
    if reference.place is not None or (reference.named and len(reference.ids) != 1):
        return None, reference
    id_ = reference.one or context.state.focus or next(iter(context.state.shown), None)
    found = products(context, [id_] if id_ else [])
    return (found[0], reference) if found else (None, Reference())


def _among_variants(context: Context, shown: Sequence[Product]) -> Reference | None:
    """Look for what is meant among the variants of what is talked about or on screen: "in red" of a black one."""
    focus = context.state.focus
    near = products(context, [focus]) if focus else shown
    ids = dict.fromkeys(id_ for p in near for id_ in variants(context.catalogue.graph, p.id))
    others = products(context, tuple(ids))
    found = refer(context.understood, others, focus, context.catalogue.facets, pointing=True)
    return found if found.ids else None


def _names(context: Context) -> str:
    """Return the name of a product that a message gives: its brand and what is marked as the product."""
    entities = [e for e in context.understood.parse.entities if e.entity in ("product", "brand") and e.role != "not"]
    return " ".join(e.value for e in sorted(entities, key=lambda e: e.start))


def _named_on_screen(context: Context, shown: Sequence[Product]) -> bool:
    names = _names(context)
    return not names or any(fits(product, names) for product in shown)


def named_elsewhere(context: Context, names: str = "") -> Product | None:
    """Return the product of the catalogue whose title has all the words of the name that a message gives.

    A kind of thing ("a laptop") or a maker alone names no product: the words have to leave one, its variants aside.
    """
    said = bool(names)
    names = names or _names(context)
    if not names or any(e.attribute == "category" for e in context.catalogue.gazetteer.lookup(names)):
        return None
    parts = names.split()
    if not said and not context.understood.product and len(parts) < 2:
        return None
    hits = [id_ for id_, _ in context.catalogue.lexical.search(names, _LOOKED_UP)]
    found = [p for p in products(context, hits) if fits(p, names)]
    if not found:
        return None
    # The shortest title is the thing itself; longer ones are its larger version or what goes with it.
    more = [
        e.value for e in context.understood.parse.entities if e.entity in ("attribute", "colour") and e.role != "not"
    ]
    best = min(
        found,
        key=lambda p: (
            -sum(fits(p, words) for words in more),
            min(map(len, p.titles.values())),
            not buyable(p),
            p.id,
        ),
    )
    models = {p.group or p.id for p in found}
    exact = any(title.casefold().startswith(names.casefold()) for title in best.titles.values())
    # "A Dyson vacuum cleaner" is said of many: with a kind of thing in it, a name has to leave one.
    alone = said or not context.understood.category
    particular = exact or len(parts) > 1 or any(char.isdigit() for char in names)
    return best if len(models) == 1 or (alone and particular) else None


def unclear(context: Context, reference: Reference) -> Answer:
    """Ask which product is meant, or say that there is no such one."""
    state, language = context.state, context.state.language
    shown = on_screen(context)
    if not shown:
        return Answer(state, say("nothing_shown", language), (), phrase.suggestions(context.catalogue, language))
    if reference.place is not None:
        count = len(shown)
        text = say("no_such_place", language, count=count, are="are" if count != 1 else "is")
        return Answer(state, text, (), places(context, shown))
    if reference.named and not reference.ids:
        return Answer(state, say("none_of", language, state.turn), (), places(context, shown))
    few = products(context, reference.ids) if len(reference.ids) > 1 else []
    if few:
        return Answer(state, say("which_of", language, state.turn, count=len(few)), (), places(context, few))
    return Answer(state, say("which", language), (), places(context, shown))


def places(context: Context, some: Sequence[Product]) -> tuple[QuickReply, ...]:
    """Return a quick reply for each product: its title to read, its place on screen to send."""
    language, shown = context.state.language, list(context.state.shown)
    replies = []
    for product in some[:_OFFERED]:
        title = product.title(language)
        short = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
        place = shown.index(product.id) + 1 if product.id in shown else None
        payload = say("place", language, place=place) if place else title
        replies.append(QuickReply(title=short, payload=payload))
    return tuple(replies)


def card_of(context: Context, product: Product) -> Card:
    """Return the card of one product."""
    return phrase.card(product, None, context.state, context.catalogue.names)
