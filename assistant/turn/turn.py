"""One turn: from Rasa's parse and the remembered state to a reply and the next state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from typing import Any

from assistant.catalogue.store import Catalogue, CatalogueHandle
from assistant.constraint import Constraint, Operator
from assistant.product import Product
from assistant.reply import Candidate, Card, Decision, QuickReply, Reply
from assistant.settings import Settings
from assistant.state import ShoppingState
from assistant.turn import phrase
from assistant.turn.messages import say
from assistant.turn.rank import Ranked, one_a_group, rank
from assistant.turn.retrieve import Found, relaxation, retrieve, since
from assistant.turn.update import Act, merged, removed, settled, update
from assistant.understanding.understood import Parse, Understood, understand
from kg import questions
from retrieval.encoder import Encoder
from retrieval.reranker import Reranker

_KNOWN_WELL = 0.3
"""Share of the products of a kind from which on an attribute that is not stated is taken to be absent."""
_PANEL = 12
"""Candidates that the decision panel lists."""
_REMEMBERED = 60
"""Found products that are kept for "show more"."""


@dataclass
class Context:
    """What one turn works with, and what it has found out so far."""

    catalogue: Catalogue
    state: ShoppingState
    understood: Understood
    page: int
    milliseconds: dict[str, float]
    loose: bool = False
    found: Found | None = None
    ranked: tuple[Ranked, ...] = ()
    query: str = ""

    @property
    def currency(self) -> str:
        """The catalogue's currency."""
        return self.catalogue.meta.currency or "USD"


@dataclass(frozen=True)
class Answer:
    """A reply before it is dressed with chips and the decision."""

    state: ShoppingState
    text: str
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()


class Turn:
    """Runs turns over one store; safe to call from several threads."""

    def __init__(self, handle: CatalogueHandle, encoder: Encoder, reranker: Reranker, settings: Settings) -> None:
        """Keep what every turn needs."""
        self._handle, self._encoder, self._reranker, self._settings = handle, encoder, reranker, settings

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that serves now."""
        return self._handle.get()

    def run(
        self, act: Act, parse: Parse, state: ShoppingState, metadata: dict[str, Any]
    ) -> tuple[Reply, ShoppingState]:
        """Answer one message.

        `metadata` may carry `page_size` (products in the reply), `mode: "search"` (whatever the intent, search for
        the text) and `remove` (the key of a chip that was pressed).
        """
        started = perf_counter()
        catalogue = self.catalogue
        if metadata.get("mode") == "search":
            act = Act.SEARCH
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
        act = settled(state, act, understood)
        if act is Act.SEARCH:
            understood = softened(understood, catalogue)
        timing = {"understanding": since(started)}
        page = int(metadata.get("page_size") or self._settings.page_size)
        context = Context(catalogue, update(state, act, understood), understood, page, timing, loose=act is Act.SEARCH)
        if metadata.get("remove"):
            context.state = removed(state, metadata["remove"]).model_copy(update={"turn": state.turn + 1})
            act = Act.RELAX
        answer = self._answer(act, context)
        timing["turn"] = since(started)
        return self._reply(act, answer, context), answer.state

    def _answer(self, act: Act, context: Context) -> Answer:
        match act:
            case Act.SEARCH | Act.REFINE | Act.RELAX:
                return self._search(context)
            case Act.CHEAPER | Act.DEARER:
                return self._reprice(act, context)
            case Act.SHOW_MORE:
                return self._more(context)
            case Act.DETAILS:
                return self._details(context)
            case Act.CLARIFY if context.state.searching:
                return Answer(context.state, say("clarify_searching", context.state.language))
            case _:
                text = say(act.value, context.state.language, context.state.turn)
                return Answer(context.state, text, (), phrase.suggestions(context.catalogue, context.state.language))

    def _find(self, context: Context, state: ShoppingState) -> tuple[Ranked, ...]:
        context.query = " ".join(state.query)
        settings, catalogue = self._settings, context.catalogue
        depth = max(settings.candidates, context.page)
        constraints = state.constraints if context.loose else hardened(state.constraints, catalogue)
        context.found = retrieve(catalogue, self._encoder, context.query, constraints, depth)
        context.milliseconds |= context.found.milliseconds
        started = perf_counter()
        ranked = rank(catalogue, self._reranker, context.query, context.found, settings.rerank)
        context.milliseconds["rank"] = since(started)
        # A page of one phone in four colours helps nobody; a long list is wanted as it is ranked.
        return tuple(one_a_group(ranked) if context.page <= _REMEMBERED else ranked)

    def _show(
        self, context: Context, state: ShoppingState, ranked: tuple[Ranked, ...]
    ) -> tuple[ShoppingState, tuple[Card, ...]]:
        context.ranked = ranked
        ids = [item.id for item in ranked[: max(_REMEMBERED, context.page)]]
        shown = ids[: context.page]
        state = state.model_copy(
            update={
                "ranked": tuple(ids[:_REMEMBERED]),
                "shown": tuple(shown[:_REMEMBERED]),
                "offset": len(shown),
                "focus": None,
            }
        )
        return state, self._cards(context, state, shown)

    def _cards(self, context: Context, state: ShoppingState, ids: list[str] | tuple[str, ...]) -> tuple[Card, ...]:
        by_id = {item.id: item for item in context.ranked}
        products = [product for id_ in ids if (product := context.catalogue.product(id_))]
        return tuple(phrase.card(p, by_id.get(p.id), state, context.catalogue.names) for p in products)

    def _search(self, context: Context) -> Answer:
        state = context.state
        if not state.searching:
            return Answer(
                state, say("clarify", state.language), (), phrase.suggestions(context.catalogue, state.language)
            )
        ranked = self._find(context, state)
        if not ranked:
            return self._without_one(context)
        state, cards = self._show(context, state, ranked)
        text = phrase.found_text("found", cards, _count(context), state, context.catalogue.names)
        return Answer(state, text, cards, self._refinements(context, state, ranked))

    def _without_one(self, context: Context) -> Answer:
        """Nothing meets every demand: say which one is to blame and show what there is without it."""
        state, names = context.state, context.catalogue.names
        blamed = relaxation(context.catalogue, state.constraints)
        if not blamed:
            return Answer(state.model_copy(update={"shown": ()}), say("nothing", state.language))
        constraint, count = blamed
        loose = state.model_copy(update={"constraints": tuple(c for c in state.constraints if c.key != constraint.key)})
        ranked = self._find(context, loose)
        shown_state, cards = self._show(context, loose, ranked)
        text = say(
            "relaxed_offer",
            state.language,
            blame=phrase.demand_text(constraint, names, context.currency, state.language),
            count=count,
            are="are" if count != 1 else "is",
        )
        forget = phrase.quick(
            "quick_without", state.language, facet=names.attribute(constraint.attribute, state.language)
        )
        # The demand stays until the shopper takes it back; only what is on screen has changed.
        state = shown_state.model_copy(update={"constraints": state.constraints})
        return Answer(state, text, cards, (forget, phrase.quick("quick_start_over", state.language)))

    def _refinements(
        self, context: Context, state: ShoppingState, ranked: tuple[Ranked, ...]
    ) -> tuple[QuickReply, ...]:
        language = state.language
        replies = []
        if len(ranked) > len(state.shown):
            replies.append(phrase.quick("quick_more", language))
        if not any(c.attribute == "brand" for c in state.constraints):
            brands = [p.brand for id_ in state.ranked[:20] if (p := context.catalogue.product(id_)) and p.brand]
            top = max(sorted(set(brands)), key=brands.count, default=None)
            if top and len(set(brands)) > 1:
                replies.append(
                    phrase.quick("quick_brand", language, brand=context.catalogue.names.brand(top, language))
                )
        return (phrase.quick("quick_cheaper", language), phrase.quick("quick_second", language), *replies)

    def _reprice(self, act: Act, context: Context) -> Answer:
        """Cheaper or dearer than all that is on screen, or than the product that is talked about."""
        state = context.state
        if any(c.attribute == "price" for c in context.understood.constraints):
            context.state = state.model_copy(
                update={"constraints": merged(state.constraints, context.understood.constraints)}
            )
            return self._search(context)
        ids = [state.focus] if state.focus else list(state.shown)
        prices = [p.price.amount for id_ in ids if (p := context.catalogue.product(id_)) and p.price]
        if not prices:
            return self._search(context) if state.searching else Answer(state, say("nothing_to_show", state.language))
        cheaper = act is Act.CHEAPER
        limit: Decimal = min(prices) if cheaper else max(prices)
        demand = Constraint(
            attribute="price",
            operator=Operator.BELOW if cheaper else Operator.ABOVE,
            value=limit,
            turn=state.turn,
        )
        opposite = Operator.ABOVE if cheaper else Operator.BELOW
        # What an earlier "cheaper" left behind must not stand in the way of "a bit more".
        kept = [c for c in state.constraints if not (c.attribute == "price" and c.operator is opposite)]
        tighter = state.model_copy(update={"constraints": merged(kept, (demand,))})
        ranked = self._find(context, tighter)
        amount = phrase.money(limit, context.currency, state.language)
        if not ranked:
            again = self._find(context, state)
            state, cards = self._show(
                context, state, tuple(sorted(again, key=lambda r: self._price(context, r.id, cheaper)))
            )
            key = "cheapest_already" if cheaper else "dearest_already"
            return Answer(
                state,
                say(key, state.language, limit=amount),
                cards,
                (phrase.quick("quick_start_over", state.language),),
            )
        state, cards = self._show(context, tighter, ranked)
        text = phrase.found_text(act.value, cards, _count(context), state, context.catalogue.names, limit=amount)
        return Answer(state, text, cards, self._refinements(context, state, ranked))

    def _price(self, context: Context, id_: str, ascending: bool) -> Decimal:
        product = context.catalogue.product(id_)
        if product is None or product.price is None:
            return Decimal("Infinity")
        return product.price.amount if ascending else -product.price.amount

    def _more(self, context: Context) -> Answer:
        state = context.state
        if not state.ranked:
            return Answer(
                state, say("nothing_to_show", state.language), (), phrase.suggestions(context.catalogue, state.language)
            )
        page = state.ranked[state.offset : state.offset + context.page]
        if not page and state.offset >= _REMEMBERED:
            found = self._find(context, state)
            page = tuple(item.id for item in found[state.offset : state.offset + context.page])
        if not page:
            return Answer(state, say("no_more", state.language), (), self._loosen(context))
        state = state.model_copy(update={"shown": page, "offset": state.offset + len(page), "focus": None})
        cards = self._cards(context, state, page)
        text = say(
            "more", state.language, state.turn, count=len(cards), what=phrase.what(state, context.catalogue.names)
        )
        return Answer(
            state,
            text,
            cards,
            (phrase.quick("quick_more", state.language), phrase.quick("quick_cheaper", state.language)),
        )

    def _loosen(self, context: Context) -> tuple[QuickReply, ...]:
        state, names = context.state, context.catalogue.names
        loose = [c for c in state.constraints if c.attribute != "category"][-2:]
        forget = [
            phrase.quick("quick_without", state.language, facet=names.attribute(c.attribute, state.language))
            for c in loose
        ]
        return (*forget, phrase.quick("quick_start_over", state.language))

    def _details(self, context: Context) -> Answer:
        state, names = context.state, context.catalogue.names
        if not state.shown:
            return (
                self._search(context)
                if context.understood.constraints and state.searching
                else Answer(
                    state,
                    say("nothing_to_show", state.language),
                    (),
                    phrase.suggestions(context.catalogue, state.language),
                )
            )
        place = context.understood.ordinal
        if place is not None and abs(place) > len(state.shown):
            count = len(state.shown)
            return Answer(state, say("no_such_place", state.language, count=count, are="are" if count != 1 else "is"))
        id_ = state.shown[place - 1 if place > 0 else place] if place is not None else self._meant(context)
        product = context.catalogue.product(id_) if id_ else None
        if product is None:
            return Answer(state, say("which", state.language))
        state = state.model_copy(update={"focus": product.id})
        quick = (phrase.quick("quick_cheaper", state.language), phrase.quick("quick_more", state.language))
        return Answer(
            state, phrase.details_text(product, state, names), (phrase.card(product, None, state, names),), quick
        )

    def _meant(self, context: Context) -> str | None:
        """Choose the product on screen that has what was named ("the red one"), else the one that is talked about."""
        state = context.state
        products = [p for id_ in state.shown if (p := context.catalogue.product(id_))]
        named = [c for c in context.understood.constraints if c.attribute not in ("category", "price")]
        fitting = [p for p in products if named and all(_has(p, c) for c in named)]
        if len(fitting) >= 1:
            return fitting[0].id
        text = context.understood.parse.text.casefold()
        by_title = [p for p in products if any(t.casefold() in text for t in p.titles.values())]
        if by_title:
            return by_title[0].id
        return state.focus or (products[0].id if len(products) == 1 else None)

    def _reply(self, act: Act, answer: Answer, context: Context) -> Reply:
        parse, state, found = context.understood.parse, answer.state, context.found
        chips = phrase.chips(state, context.catalogue.names, context.currency)
        return Reply(
            text=answer.text,
            language=state.language,
            cards=answer.cards,
            quick_replies=answer.quick_replies,
            chips=chips,
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
        count = context.page if context.page > _REMEMBERED else _PANEL
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


def softened(understood: Understood, catalogue: Catalogue) -> Understood:
    """Insist in a new search only on what the catalogue knows well enough.

    A derived category may be wrong: it is preferred, not required. Where few products of a kind state an attribute, or
    no kind is named ("coffee" is also a brown), its words are searched for and nothing is shut out.
    """
    category = next((str(c.value) for c in understood.constraints if c.attribute == "category"), None)
    derived = catalogue.meta.derived_categories > catalogue.meta.products / 2

    def known(c: Constraint) -> bool:
        if c.attribute in ("price", "brand", "rating", "availability", "category"):
            return True
        return category is not None and catalogue.coverage(c.attribute, category) >= _KNOWN_WELL

    kept = [c for c in understood.constraints if known(c)]
    constraints = tuple(c.model_copy(update={"soft": derived}) if c.attribute == "category" else c for c in kept)
    return understood.model_copy(update={"constraints": constraints})


def hardened(constraints: tuple[Constraint, ...], catalogue: Catalogue) -> tuple[Constraint, ...]:
    """Insist on a soft category once a search is narrowed down: "cheaper" than a printer is no cartridge."""
    hard = tuple(c.model_copy(update={"soft": False}) if c.attribute == "category" else c for c in constraints)
    if hard == constraints or questions.matching(catalogue.graph, [c for c in hard if not c.soft]):
        return hard
    return constraints


def _count(context: Context) -> int | None:
    """Count what meets every demand; None when there were only words to search for."""
    found = context.found
    if found is None or (found.allowed is None and found.preferred is None):
        return None
    return len(found.preferred if found.preferred is not None else found.allowed or ())


def _has(product: Product, constraint: Constraint) -> bool:
    if constraint.attribute == "brand":
        return (product.brand or "").casefold() == str(constraint.value).casefold()
    return any(a.name == constraint.attribute and a.value == constraint.value for a in product.attributes)


def _slots(act: Act, state: ShoppingState) -> dict[str, Any]:
    """Return what is remembered in the form in which it is reported."""
    slots: dict[str, Any] = {"act": act.value, "language": state.language, "query": " ".join(state.query)}
    for c in state.constraints:
        value = float(c.value) if isinstance(c.value, Decimal) else c.value
        name = c.attribute if c.operator is Operator.EQUAL else f"{c.attribute} {c.operator.value}"
        slots[name] = value
    return slots
