"""One turn: from Rasa's parse and the remembered state to a reply and the next state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from time import perf_counter
from typing import Any

from assistant.catalogue.store import Catalogue, CatalogueHandle
from assistant.constraint import Operator
from assistant.reply import Candidate, Decision, Reply
from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn import phrase
from assistant.turn.acts import asking, cart, earlier, paging, pending, products, related, search, talk, watching
from assistant.turn.acts.beside import compare, why
from assistant.turn.acts.likes import similar
from assistant.turn.context import REMEMBERED, Answer, Context, Services
from assistant.turn.moving import applies, dropped
from assistant.turn.retrieve import since
from assistant.turn.trust import softened
from assistant.turn.update import Act, new_state, new_wish, removed, settled, update
from assistant.turn.wording import joined
from assistant.understanding.understood import Parse, Understood, understand
from assistant.watch.book import WatchBook
from retrieval.encoder import Encoder
from retrieval.reranker import Reranker

_PANEL = 12
"""Candidates that the decision panel lists."""

HANDLERS: dict[Act, Callable[[Context], Answer]] = {
    Act.GREET: talk.greet,
    Act.THANKS: talk.thanks,
    Act.GOODBYE: talk.goodbye,
    Act.ABUSIVE: talk.abusive,
    Act.HUMAN: talk.human,
    Act.ORDER: talk.order,
    Act.FAQ: talk.faq,
    Act.OFF_TOPIC: talk.off_topic,
    Act.CART_SHOW: cart.cart_show,
    Act.CART_REMOVE: cart.cart_remove,
    Act.CART_ADD: cart.cart_add,
    Act.COMPARE: compare,
    Act.WHY: why,
    Act.SIMILAR: similar,
    Act.ASK_CATALOGUE: asking.ask_catalogue,
    Act.ASK_PRODUCT: products.ask_product,
    Act.ASK_RELATED: related.ask_related,
    Act.WATCH: watching.watch,
    Act.CHOOSE: products.choose,
    Act.SEARCH: search.search,
    Act.REFINE: search.search,
    Act.RELAX: search.relax,
    Act.GIFT: search.gift,
    Act.START_OVER: earlier.start_over,
    Act.UNDO: earlier.undo,
    Act.BACK_TO: earlier.back_to,
    Act.SHOW_MORE: paging.show_more,
    Act.CHEAPER: paging.cheaper,
    Act.DEARER: paging.dearer,
    Act.AFFIRM: pending.affirm,
    Act.DENY: pending.deny,
    Act.CLARIFY: search.clarify,
}


class Turn:
    """Runs turns over one store; safe to call from several threads."""

    def __init__(
        self,
        handle: CatalogueHandle,
        encoder: Encoder,
        reranker: Reranker,
        settings: Settings,
        book: WatchBook | None = None,
    ) -> None:
        """Keep what every turn needs; `book` has what shoppers wait for."""
        self._handle, self._services, self._settings = handle, Services(encoder, reranker, settings, book), settings

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that serves now."""
        return self._handle.get()

    def run(
        self, act: Act, parse: Parse, state: ShoppingState, metadata: dict[str, Any], session: str = ""
    ) -> tuple[Reply, ShoppingState]:
        """Answer one message of the conversation `session`.

        `metadata` may carry `page_size` (products in the reply), `mode: "search"` (whatever the intent, search for
        the text) and `remove` (the key of a chip that was pressed).
        """
        started = perf_counter()
        catalogue = self.catalogue
        if metadata.get("mode") == "search":
            act = Act.SEARCH
        understood = self._understand(parse, state, metadata, catalogue)
        act = settled(state, act, understood)
        page = int(metadata.get("page_size") or self._settings.page_size)
        spent = {"understanding": since(started)}
        context = Context(self._services, catalogue, state, state, understood, page, spent, session)
        act, answer = self._answer(act, context, metadata)
        if self._services.book and session and not context.quiet:
            answer = watching.told(self._services.book, session, context, answer)
        context.milliseconds["turn"] = since(started)
        return self._reply(act, answer, context), answer.state

    def _understand(
        self, parse: Parse, state: ShoppingState, metadata: dict[str, Any], catalogue: Catalogue
    ) -> Understood:
        understood = understand(
            parse,
            catalogue.gazetteer,
            catalogue.facets,
            self._settings.exchange_rates,
            catalogue.meta.currency or self._settings.currency,
            metadata.get("language") or state.language,
            state.turn + 1,
            state.category,
        )
        if metadata.get("language"):
            understood = understood.model_copy(update={"language": metadata["language"]})
        return understood

    def _answer(self, act: Act, context: Context, metadata: dict[str, Any]) -> tuple[Act, Answer]:
        before = context.before
        if metadata.get("remove"):
            context.state = removed(new_state(before, context.understood), metadata["remove"])
            return Act.RELAX, search.search(context)
        act = pending.heard(context, act)
        if resumed := self._resumed(act, context):
            return act, resumed
        clash = pending.split(context, act)
        context.quiet = metadata.get("mode") == "search"
        if act is Act.SEARCH and not context.quiet:
            context.understood = related.belonging(context)
        if act in (Act.SEARCH, Act.GIFT):
            about = None if new_wish(before, context.understood) else before.category
            context.understood = softened(context.understood, context.catalogue, about, prefer=not context.quiet)
        context.loose = act in (Act.SEARCH, Act.GIFT)
        context.state = update(before, act, context.understood, applies(context.catalogue))
        if clash:
            return act, pending.which_of(context, clash)
        if question := pending.contradiction(context, act, context.state):
            return act, question
        # What a change of kind drops is known before the handler goes on from there.
        note = dropped(act, context)
        answer = HANDLERS[act](context)
        return act, replace(answer, text=joined(context.language, note, answer.text))

    def _resumed(self, act: Act, context: Context) -> Answer | None:
        """Go on with what the cart was asked to do once the shopper has said which."""
        waiting = context.before.pending
        if waiting is None or waiting.kind not in ("variant", "cart"):
            return None
        if act not in (Act.CHOOSE, Act.REFINE, Act.SEARCH, Act.CART_ADD, Act.CART_REMOVE, Act.CLARIFY, Act.AFFIRM):
            return None
        if act is Act.SEARCH and context.understood.category:
            # Another kind of thing is looked for: what was to go into the cart is let go.
            return None
        context.state = new_state(context.before, context.understood)
        return cart.resume(context, waiting)

    def _reply(self, act: Act, answer: Answer, context: Context) -> Reply:
        parse, state, found = context.understood.parse, answer.state, context.found
        return Reply(
            text=answer.text,
            language=state.language,
            cards=answer.cards,
            quick_replies=answer.quick_replies,
            chips=phrase.chips(state, context.catalogue.names, context.currency),
            comparison=answer.comparison,
            cart=answer.cart,
            route=answer.route,
            decision=Decision(
                intent=parse.intent,
                confidence=round(parse.confidence, 3),
                entities=tuple(e.model_dump(exclude_none=True) for e in parse.entities),
                slots=_slots(act, state),
                query=context.query,
                sparql=found.sparql if found else "",
                matching=len(found.allowed) if found and found.allowed is not None else None,
                candidates=tuple(self._candidates(context)),
                milliseconds=context.milliseconds,
            ),
        )

    def _candidates(self, context: Context) -> list[Candidate]:
        found = context.found
        if not found:
            return []
        count = context.page if context.page > REMEMBERED else _PANEL
        return [
            Candidate(
                id=item.id,
                title=product.title(context.state.language)
                if (product := context.catalogue.product(item.id))
                else item.id,
                score=round(item.score, 4),
                rerank=None if item.rerank is None else round(item.rerank, 4),
                graph=found.allowed is not None,
                lexical=found.lexical.get(item.id),
                vector=found.vector.get(item.id),
            )
            for item in context.ranked[:count]
        ]


def _slots(act: Act, state: ShoppingState) -> dict[str, Any]:
    """Return what is remembered in the form in which it is reported."""
    slots: dict[str, Any] = {"act": act.value, "language": state.language, "query": " ".join(state.query)}
    for c in state.constraints:
        values = [float(value) if isinstance(value, Decimal) else value for value in c.values]
        name = c.attribute if c.operator is Operator.EQUAL else f"{c.attribute} {c.operator.value}"
        name = f"ideally {name}" if c.soft and c.attribute != "category" else name
        # "Not Apple, not Sony" are two demands of one name.
        values += slots[name] if isinstance(slots.get(name), list) else [slots[name]] if name in slots else []
        slots[name] = values if len(values) > 1 else values[0]
    if state.order:
        slots["order"] = f"{state.order.attributes[0]} {'descending' if state.order.descending else 'ascending'}"
    if state.pending:
        slots["pending"] = f"{state.pending.kind} {state.pending.attribute}".strip()
    if state.cart:
        slots["cart"] = {line.id: line.quantity for line in state.cart}
    return slots
