"""What one turn works with, and what its handlers share: finding, showing, drawing cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter

from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint
from assistant.product import Language
from assistant.reply import Card, Cart, Comparison, QuickReply, Route
from assistant.settings import Settings
from assistant.state import Order, ShoppingState
from assistant.turn import phrase
from assistant.turn.rank import Ranked, one_a_group, rank
from assistant.turn.retrieve import Found, retrieve, since
from assistant.understanding.stating import numeric
from assistant.understanding.understood import Understood
from assistant.watch.book import WatchBook
from kg import asked, questions
from retrieval.encoder import Encoder
from retrieval.reranker import Reranker

_SORTED = 300
"""So many products at most are sorted by a value; nobody reads on."""
REMEMBERED = 60
"""Found products that are kept for "show more"."""


@dataclass(frozen=True)
class Services:
    """What does not change from turn to turn; without `book` nobody can wait for a price."""

    encoder: Encoder
    reranker: Reranker
    settings: Settings
    book: WatchBook | None = None


@dataclass
class Context:
    """One turn: the state after `update`, the message, and what has been found out so far.

    `before` is the state before the message. `loose` leaves a derived category a preference,
    `quiet` asks no question. `session` is the conversation's secret name.
    """

    services: Services
    catalogue: Catalogue
    before: ShoppingState
    state: ShoppingState
    understood: Understood
    page: int
    milliseconds: dict[str, float]
    session: str = ""
    loose: bool = False
    quiet: bool = False
    found: Found | None = None
    ranked: tuple[Ranked, ...] = ()
    query: str = ""
    _counted: Sequence[Constraint] = ()

    @property
    def currency(self) -> str:
        """The catalogue's currency."""
        return self.catalogue.meta.currency or "USD"

    @property
    def language(self) -> Language:
        """The language of the reply."""
        return self.state.language

    def find(self, state: ShoppingState) -> tuple[Ranked, ...]:
        """Return what fits the wish of `state`, best first."""
        self.query = " ".join(state.query)
        settings, catalogue = self.services.settings, self.catalogue
        depth = max(settings.candidates, self.page)
        # The most of something is the most of a kind: a preferred category would let anything in.
        loose = self.loose and not state.order
        constraints = state.constraints if loose else hardened(state.constraints)
        self.found = retrieve(catalogue, self.services.encoder, self.query, constraints, depth)
        self.milliseconds |= self.found.milliseconds
        started = perf_counter()
        ranked = rank(
            catalogue, self.services.reranker, self.query, self.found, settings.rerank, _looked_at(self.before)
        )
        self.milliseconds["rank"] = since(started)
        if state.order:
            ranked = self._ordered(ranked, state.order, constraints)
        else:
            ranked = self._preferred(ranked, constraints)
        self._counted = [c for c in constraints if not c.soft or c.attribute == "category"]
        # A page of one phone in four colours helps nobody; a long list is wanted as it is ranked.
        return tuple(one_a_group(ranked) if self.page <= REMEMBERED else ranked)

    def _ordered(self, ranked: Sequence[Ranked], order: Order, constraints: Sequence[Constraint]) -> list[Ranked]:
        """Sort everything that meets the demands by a stated value; what does not state it comes last, as ranked."""
        by_id = {item.id: item for item in ranked}
        hard = [c for c in constraints if not c.soft]
        if hard:
            # The most of something is the most of all that fits, not of what the words found.
            graph, limit = self.catalogue.graph, max(_SORTED, self.page)
            sorted_ = (
                asked.extreme(graph, key, hard, descending=order.descending, limit=limit) for key in order.attributes
            )
            told = [e.id for e in next((found for found in sorted_ if found), [])]
        else:
            products = [p for id_ in by_id if (p := self.catalogue.product(id_))]
            value = numeric(order.attributes, products)
            numbers = [(number, p.id) for p in products if (number := value(p)) is not None]
            told = [id_ for _, id_ in sorted(numbers, key=lambda n: -n[0] if order.descending else n[0])]
        first = [by_id.get(id_) or Ranked(id_, 0.0, None, {}) for id_ in told]
        stated = set(told)
        return first + [item for item in ranked if item.id not in stated]

    def _preferred(self, ranked: list[Ranked], constraints: Sequence[Constraint]) -> list[Ranked]:
        """Put what has most of the preferred qualities first, in the order in which it is ranked."""
        wished = [c for c in constraints if c.soft and c.attribute != "category"]
        if not wished:
            return ranked
        hard = [c for c in constraints if not c.soft]
        met = Counter(id_ for c in wished for id_ in questions.matching(self.catalogue.graph, [*hard, c]))
        return sorted(ranked, key=lambda item: -met[item.id])

    def show(self, state: ShoppingState, ranked: tuple[Ranked, ...]) -> tuple[ShoppingState, tuple[Card, ...]]:
        """Put the first page of `ranked` on screen."""
        self.ranked = ranked
        ids = [item.id for item in ranked[: max(REMEMBERED, self.page)]]
        shown = ids[: self.page]
        state = state.model_copy(
            update={
                "ranked": tuple(ids[:REMEMBERED]),
                "shown": tuple(shown[:REMEMBERED]),
                "offset": len(shown),
                "focus": None,
                "beside": None,
            }
        )
        return state, self.cards(state, shown)

    def cards(self, state: ShoppingState, ids: Sequence[str]) -> tuple[Card, ...]:
        """Draw products in the order of `ids`."""
        by_id = {item.id: item for item in self.ranked}
        products = [product for id_ in ids if (product := self.catalogue.product(id_))]
        return tuple(phrase.card(p, by_id.get(p.id), state, self.catalogue.names) for p in products)

    def price(self, id_: str) -> Decimal | None:
        """Return a product's price, if it has one."""
        product = self.catalogue.product(id_)
        return product.price.amount if product and product.price else None

    def count(self) -> int | None:
        """Count what meets every demand; None when there were only words to search for."""
        found = self.found
        kind = any(c.names_kind for c in self._counted)
        # "Something for a cook under $50": what costs less than $50 is not all that the words mean.
        if found is None or not self._counted or (not kind and self.query and found.specific):
            return None
        if found.allowed is not None and not any(c.soft for c in self._counted):
            # Just what the search asked the graph for.
            return len(found.allowed)
        return asked.count(self.catalogue.graph, self._counted)


@dataclass(frozen=True)
class Answer:
    """A reply before it is dressed with chips and the decision."""

    state: ShoppingState
    text: str
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    comparison: Comparison | None = None
    cart: Cart | None = None
    route: Route | None = None


def _looked_at(state: ShoppingState) -> tuple[str, ...]:
    """Return the products that a shopper has chosen, put into the cart or asked for more like."""
    topics = (topic.focus for topic in state.topics)
    ids = (*(line.id for line in state.cart), *topics, state.focus, state.beside)
    return tuple(dict.fromkeys(id_ for id_ in ids if id_))


def hardened(constraints: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Insist on a soft category once a search is narrowed down: "cheaper" than a printer is no cartridge."""
    return tuple(c.model_copy(update={"soft": False}) if c.attribute == "category" else c for c in constraints)
