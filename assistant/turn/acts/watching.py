"""Telling shoppers what they asked to be told: a product is cheaper, or back in stock."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from assistant.constraint import Operator
from assistant.product import Language, Money, Product
from assistant.turn import phrase
from assistant.turn.context import Answer, Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed, money
from assistant.turn.pointing import card_of, products, the_one, unclear
from assistant.turn.wording import buyable, joined, sentence, the
from assistant.watch.book import WatchBook
from assistant.watch.values import Notice, NoticeKind, Watch, WatchError, WatchKind

_log = structlog.get_logger("watch")
# The NLU says that it is about being told; whether it starts, ends or is asked about stands in a word.
_STOP = re.compile(
    r"\b(?:stop|cancel|end|remove|delete|unsubscribe|forget|don'?t|do not|no longer|no need|turn off)\b|不用|不要|别|取消|停止|删除|关掉",
    re.I,
)
_LIST = re.compile(
    r"\b(?:what|which|list|show)\b.*\b(?:watch\w*|alerts?|notif\w*|reminders?|tracking)\b|哪些.*(?:提醒|通知|关注)|(?:提醒|通知|关注)了?(?:哪些|什么)",
    re.I,
)
_STOCK = re.compile(r"\b(?:stock|available|availability|restock\w*|back in)\b|到货|有货|补货|现货|库存", re.I)
_LEFT = re.compile(r"\b(?:running low|almost gone|few left|sells? out|selling out)\b|快卖完|快没货|库存不多", re.I)


def watch(context: Context) -> Answer:
    """Note what the shopper wants to be told of, end that, or say what is noted."""
    language, text = context.language, context.understood.parse.text
    book = context.services.book
    if book is None or not context.session:
        return Answer(context.state, say("watch_off", language), ())
    try:
        if _LIST.search(text):
            return _listed(context, book)
        if _STOP.search(text):
            return _stopped(context, book)
        return _started(context, book)
    except SQLAlchemyError as error:
        _log.error("watch.failed", error=type(error).__name__)
        return Answer(context.state, say("watch_broken", language), ())


def _started(context: Context, book: WatchBook) -> Answer:
    language, text = context.language, context.understood.parse.text
    product, reference = the_one(context, pointing=False)
    if product is None or not (reference.ids or context.state.focus or len(context.state.shown) == 1):
        return unclear(context, reference)
    limit = _limit(context, product)
    if _LEFT.search(text):
        kind = WatchKind.LOW_STOCK
    elif limit is None and (_STOCK.search(text) or not buyable(product)):
        kind = WatchKind.BACK_IN_STOCK
    else:
        kind = WatchKind.PRICE_BELOW if limit else WatchKind.PRICE_DROP
    state = context.state.model_copy(update={"focus": product.id})
    subject = the(product, language)
    price = money(product.price.amount, product.price.currency, language) if product.price else ""
    card = (card_of(context, product),)
    if kind is WatchKind.BACK_IN_STOCK and buyable(product):
        return Answer(state, sentence(say("watch_in_stock", language, subject=subject)), card)
    if limit and product.price and product.price.amount <= limit.amount and buyable(product):
        return Answer(state, sentence(say("watch_already", language, subject=subject, price=price)), card)
    if kind in (WatchKind.PRICE_DROP, WatchKind.PRICE_BELOW) and not product.price:
        return Answer(state, sentence(say("watch_unpriced", language, subject=subject)), card)
    try:
        book.add(context.session, product, kind, language, limit)
    except WatchError:
        return Answer(state, say("watch_full", language), ())
    amount = money(limit.amount, limit.currency, language) if limit else ""
    words = say(f"watch_{kind.value}", language, subject=subject, price=price, amount=amount)
    return Answer(
        state, joined(language, words, say("watch_how", language)), card, (phrase.quick("quick_unwatch", language),)
    )


def _limit(context: Context, product: Product) -> Money | None:
    """Return the amount below which the price shall be, if one is named."""
    said = [c for c in context.understood.constraints if c.attribute == "price" and isinstance(c.value, Decimal)]
    amounts = [c.value for c in said if c.operator in (Operator.AT_MOST, Operator.BELOW, Operator.EQUAL)]
    if not amounts:
        return None
    return Money(
        amount=Decimal(str(amounts[0])), currency=product.price.currency if product.price else context.currency
    )


def _stopped(context: Context, book: WatchBook) -> Answer:
    """End the watch of the product that is meant; of all where none is meant."""
    language, kept = context.language, book.list(context.session)
    if not kept:
        return Answer(context.state, say("watch_none", language), ())
    product, reference = the_one(context, pointing=False)
    watched = {w.product for w in kept}
    ids = [product.id] if product is not None and product.id in watched else []
    if not ids and reference.named and not reference.ids:
        return unclear(context, reference)
    ids = ids or list(dict.fromkeys(w.product for w in kept))
    for id_ in ids:
        book.remove(context.session, id_)
    names = [context.catalogue.names.title(id_, language) for id_ in ids]
    return Answer(context.state, say("watch_stopped", language, titles=listed(names, language)), ())


def _listed(context: Context, book: WatchBook) -> Answer:
    language, kept = context.language, book.list(context.session)
    if not kept:
        return Answer(context.state, say("watch_none", language), ())
    cards = tuple(card_of(context, p) for p in products(context, list(dict.fromkeys(w.product for w in kept))))
    lines = [_line(context, w) for w in kept]
    text = joined(language, say("watch_list", language, things=say("separator", language).join(lines)))
    return Answer(context.state, text, cards, (phrase.quick("quick_unwatch", language),))


def _line(context: Context, kept: Watch) -> str:
    language = context.language
    amount = money(kept.below.amount, kept.below.currency, language) if kept.below else ""
    title = context.catalogue.names.title(kept.product, language)
    return say(f"watching_{kept.kind.value}", language, title=title, amount=amount)


def told(book: WatchBook, session: str, context: Context, said: Answer) -> Answer:
    """Add to an answer what there is to tell; what is told is not told again."""
    try:
        notices = book.due(session, context.catalogue.product)
        if not notices:
            return said
        text = "\n\n".join([said.text, *(notice_text(notice, context) for notice in notices)])
        book.acknowledge(notices)
    except SQLAlchemyError as error:
        # A turn is worth more than a notice, which is due again.
        _log.error("watch.failed", error=type(error).__name__)
        return said
    news = products(context, [n.product for n in notices if n.kind is not NoticeKind.GONE])
    shown = {card.id for card in said.cards}
    quick = [
        phrase.quick("quick_see", context.language, title=p.title(context.language)) for p in news if p.id not in shown
    ]
    return Answer(
        said.state, text, said.cards, (*said.quick_replies, *quick[:1]), said.comparison, said.cart, said.route
    )


def notice_text(notice: Notice, context: Context) -> str:
    """Return what happened to a product that was waited for, in a sentence."""
    language: Language = context.language
    title = context.catalogue.names.title(notice.product, language)
    gaps: dict[str, Any] = {
        "title": title,
        "before": _price(notice.before.price, language),
        "price": _price(notice.now.price, language) if notice.now else "",
        "stock": notice.now.stock if notice.now else 0,
    }
    return say(f"notice_{notice.kind.value}", language, **gaps)


def _price(price: Money | None, language: Language) -> str:
    return money(price.amount, price.currency, language) if price else ""
