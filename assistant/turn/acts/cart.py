"""The cart: putting products in, taking them out, showing it. Nothing is paid in the chat."""

from __future__ import annotations

import re

from assistant.product import Language, Product
from assistant.reply import QuickReply
from assistant.state import CartLine, Pending, ShoppingState
from assistant.turn import basket, phrase
from assistant.turn.acts.likes import alternatives
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.pointing import card_of, meant, on_screen, places, products, unclear
from assistant.turn.variants import Choice, chosen_variant, named_among
from assistant.turn.wording import buyable, joined, sentence, the
from assistant.understanding.quantity import quantity
from assistant.understanding.reference import Reference, refer

_ALL = re.compile(
    r"\b(?:everything|all(?: of (?:it|them))?|empty|clear|whole cart)\b|清空|全部|都(?:不要|删|去掉|拿掉)|所有", re.I
)
_CHECKOUT = re.compile(r"\bcheck ?out\b|\bpay\b|结[账算帐]|付款|买单|下单", re.I)
_EACH = re.compile(r"\b(?:all|both|each|every|everything)\b|全部|都|每|两[款个]都|一起", re.I)
_SUBSTITUTES = 3
_OFFERED = 4


def lines_of(context: Context) -> dict[str, int]:
    """Return the quantities in the shopper's cart."""
    return {line.id: line.quantity for line in context.state.cart}


def with_lines(context: Context, lines: basket.Lines) -> ShoppingState:
    """Return the state with this cart."""
    cart = tuple(CartLine(id=id_, quantity=count) for id_, count in lines.items())
    return context.state.model_copy(update={"cart": cart})


def cart_add(context: Context) -> Answer:
    """Put what is meant into the cart."""
    reference = meant(context, pointing=True)
    if reference.place is not None or (reference.named and not reference.ids):
        return unclear(context, reference)
    ids = reference.ids
    if _loosely_many(context, reference):
        # "Two of those": two of what is talked about, not one of each.
        ids = () if len(ids) > 1 else ids
    ids = ids or ((context.state.focus,) if context.state.focus else ())
    wanted = quantity(context.understood.parse)
    if wanted == 0:
        state = context.state
        return Answer(state, say("add_none", context.language, state.turn), (), _after(context))
    wanted = wanted or 1
    if not ids or (len(ids) > 1 and not reference.many):
        return _ask_which(context, products(context, ids) or on_screen(context), wanted)
    some = products(context, ids)
    return _add_one(context, some[0], wanted) if len(some) == 1 else _add_several(context, some, wanted)


def _loosely_many(context: Context, reference: Reference) -> bool:
    parse = context.understood.parse
    placed = any(e.entity == "ordinal" for e in parse.entities)
    return reference.many and not placed and not _EACH.search(parse.text)


def _ask_which(context: Context, some: list[Product], wanted: int) -> Answer:
    if not some:
        return unclear(context, Reference())
    language = context.state.language
    pending = Pending(kind="cart", ids=tuple(p.id for p in some), quantity=wanted)
    context.state = state = context.state.model_copy(update={"pending": pending})
    return Answer(state, say("add_which", language, state.turn), (), places(context, some))


def resume(context: Context, pending: Pending) -> Answer | None:
    """Take a message as the answer to which product or variant to add; None when it answers nothing of that."""
    options = products(context, pending.ids)
    text = context.understood.parse.text
    said = named_among(options, pending.attribute, text, context.catalogue) if pending.kind == "variant" else []
    # A single option is no answer by itself: something has to be pointed at.
    reference = refer(context.understood, options, None, context.catalogue.facets, pointing=True)
    ids = tuple(p.id for p in said) or (reference.ids if reference.named else ())
    if pending.kind == "cart" and len(ids) != 1:
        reference = meant(context, pointing=True)
        ids = reference.ids if reference.named else ()
    found = products(context, ids)
    if len(found) != 1:
        return None
    context.state = context.state.model_copy(update={"pending": None})
    wanted = quantity(context.understood.parse) or pending.quantity
    return _put(context, found[0], wanted) if pending.kind == "variant" else _add_one(context, found[0], wanted)


def _add_one(context: Context, product: Product, wanted: int) -> Answer:
    choice = chosen_variant(context.catalogue, product, context.understood, context.state.language)
    if isinstance(choice, Choice):
        return _ask_variant(context, product, choice, wanted)
    return _put(context, choice, wanted)


def _put(context: Context, product: Product, wanted: int) -> Answer:
    language = context.state.language
    if not buyable(product):
        return _instead(context, product)
    added = basket.add(lines_of(context), product, wanted)
    put = {"focus": product.id, "added": context.state.turn}
    context.state = state = with_lines(context, added.lines).model_copy(update=put)
    cart = basket.priced(context.catalogue, added.lines, language)
    subject = the(product, language)
    most = basket.MOST if product.stock is None else product.stock
    if added.count == 0:
        text = say("add_no_more", language, subject=subject, stock=most)
        return Answer(state, sentence(text), (), _after(context), cart=cart)
    if added.count < wanted:
        text = say("add_only", language, subject=subject, stock=most, count=added.count)
    else:
        times = say("times", language, count=added.count) if added.count > 1 else ""
        named = product.title(language) if times else subject
        text = say("added", language, state.turn, quantity=times, subject=named)
    total = basket.total_text(cart, language)
    return Answer(state, joined(language, sentence(text), total), (), _after(context), cart=cart)


def _ask_variant(context: Context, product: Product, choice: Choice, wanted: int) -> Answer:
    language = context.state.language
    pending = Pending(
        kind="variant",
        attribute=choice.key,
        ids=tuple(p.id for p in choice.options.values()),
        quantity=wanted,
    )
    context.state = state = context.state.model_copy(update={"focus": product.id, "pending": pending})
    label = context.catalogue.names.attribute(choice.key, language)
    text = say(
        "add_variant",
        language,
        subject=the(product, language),
        values=listed(list(choice.options), language),
        label=label,
    )
    replies = tuple(
        QuickReply(title=word, payload=say("quick_add_named", language, title=f"{other.title(language)} {word}"))
        for word, other in list(choice.options.items())[:_OFFERED]
    )
    return Answer(state, sentence(text), (), replies)


def _instead(context: Context, product: Product) -> Answer:
    """Refuse what is out of stock, and show what is like it and can be had."""
    state, language = context.state, context.state.language
    like = [p for p in alternatives(context, product) if buyable(p)][:_SUBSTITUTES]
    offer = say("add_instead", language) if like else ""
    text = sentence(say("add_gone", language, subject=the(product, language), instead=offer))
    if not like:
        return Answer(state, text, (), ())
    ids = tuple(p.id for p in like)
    context.state = state = state.model_copy(update={"shown": ids, "focus": None})
    return Answer(state, text, tuple(card_of(context, p) for p in like), _take(context, len(like)))


def _take(context: Context, count: int) -> tuple[QuickReply, ...]:
    return tuple(phrase.quick("quick_take", context.state.language, place=str(n)) for n in range(1, count + 1))


def _add_several(context: Context, some: list[Product], wanted: int) -> Answer:
    state, language = context.state, context.state.language
    # "Both", "two of these" count the products themselves.
    each = 1 if wanted == len(some) else wanted
    lines = lines_of(context)
    taken: list[str] = []
    notes: list[str] = []
    for product in some:
        added = basket.add(lines, product, each)
        lines = added.lines
        if added.count:
            times = say("times", language, count=added.count) if added.count > 1 else ""
            taken.append(times + product.title(language))
        elif not buyable(product):
            notes.append(sentence(say("add_gone", language, subject=the(product, language), instead="")))
        else:
            notes.append(sentence(say("add_no_more", language, subject=the(product, language), stock=added.stock)))
    context.state = state = with_lines(context, lines)
    cart = basket.priced(context.catalogue, lines, language)
    said = [say("added_many", language, state.turn, items=listed(taken, language))] if taken else []
    total = [basket.total_text(cart, language)] if taken else []
    return Answer(state, joined(language, *said, *notes, *total), (), _after(context), cart=cart)


def cart_remove(context: Context) -> Answer:
    """Take what is meant out of the cart: by its place there, by name, or everything."""
    state, language = context.state, context.state.language
    lines = lines_of(context)
    if not lines:
        return Answer(
            state,
            say("cart_empty", language, state.turn),
            (),
            _start(context),
            cart=basket.priced(context.catalogue, lines, language),
        )
    inside = products(context, list(lines))
    reference = refer(
        context.understood,
        inside,
        state.focus if state.focus in lines else None,
        context.catalogue.facets,
        pointing=True,
    )
    everything = _ALL.search(context.understood.parse.text)
    if everything and not (reference.named and not reference.many):
        context.state = state = with_lines(context, {})
        return Answer(
            state,
            say("cart_emptied", language, state.turn),
            (),
            _start(context),
            cart=basket.priced(context.catalogue, {}, language),
        )
    if len(reference.ids) != 1 and not reference.many:
        return _ask_which_line(context, reference, inside)
    before, count = lines, quantity(context.understood.parse)
    if count == 0:
        return cart_show(context)
    for id_ in reference.ids:
        lines = basket.remove(lines, id_, count)
    context.state = state = with_lines(context, lines)
    cart = basket.priced(context.catalogue, lines, language)
    taken = [p for p in inside if p.id in reference.ids]
    gone = listed([_taken(p, before[p.id] - lines.get(p.id, 0), lines, language) for p in taken], language)
    text = sentence(say("cart_removed", language, state.turn, items=gone))
    after = basket.total_text(cart, language) if lines else say("cart_empty", language)
    return Answer(state, joined(language, text, after), (), _after(context) if lines else _start(context), cart=cart)


def _taken(product: Product, count: int, left: basket.Lines, language: Language) -> str:
    """Name what was taken out; how many, where some of it stay."""
    if product.id not in left:
        return the(product, language)
    return say("times", language, count=count) + product.title(language)


def _ask_which_line(context: Context, reference: Reference, inside: list[Product]) -> Answer:
    state, language = context.state, context.state.language
    if reference.place is not None:
        count = len(inside)
        text = say("cart_no_place", language, count=count, are="are" if count != 1 else "is")
    elif reference.named and not reference.ids:
        text = say("cart_not_in", language)
    else:
        text = ""
    some = [p for p in inside if p.id in reference.ids] or inside
    replies = tuple(
        QuickReply(title=p.title(language), payload=say("quick_remove", language, place=inside.index(p) + 1))
        for p in some[:_OFFERED]
    )
    cart = basket.priced(context.catalogue, lines_of(context), language)
    return Answer(state, joined(language, text, say("cart_which", language)), (), replies, cart=cart)


def cart_show(context: Context) -> Answer:
    """Say what is in the cart and what it comes to."""
    state, language = context.state, context.state.language
    cart = basket.priced(context.catalogue, lines_of(context), language)
    if not cart.lines:
        return Answer(state, say("cart_empty", language, state.turn), (), _start(context), cart=cart)
    text = say("cart_shown", language, state.turn, items=basket.items_text(cart, language))
    checkout = say("cart_checkout", language) if _CHECKOUT.search(context.understood.parse.text) else ""
    offers = (phrase.quick("quick_empty", language), *_more(context))
    return Answer(state, joined(language, text, basket.total_text(cart, language), checkout), (), offers, cart=cart)


def _after(context: Context) -> tuple[QuickReply, ...]:
    return (phrase.quick("quick_cart", context.state.language), *_more(context))


def _more(context: Context) -> tuple[QuickReply, ...]:
    return (phrase.quick("quick_go_on", context.state.language),) if context.state.ranked else ()


def _start(context: Context) -> tuple[QuickReply, ...]:
    return _more(context) or phrase.suggestions(context.catalogue, context.state.language)
