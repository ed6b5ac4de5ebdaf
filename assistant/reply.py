"""What the assistant answers: plain values that every channel can draw."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from assistant.product import Availability, Language, Money, Value

Route = Literal["human", "faq", "order"]
"""Who answers what the assistant itself cannot: a person, the shop's rules, the order desk."""


class Reason(Value):
    """Why a product is shown, in words, with the triple it was read from (None: the ranker's judgement)."""

    text: str
    triple: tuple[str, str, str] | None = None


class Card(Value):
    """One product as it is shown; all facts are read from the graph. `labels` are short facts for the eye."""

    id: str
    title: str
    price: Decimal | None = None
    list_price: Decimal | None = None
    currency: str | None = None
    rating: Decimal | None = None
    review_count: int = 0
    availability: Availability
    stock: int | None = None
    image: str | None = None
    url: str | None = None
    brand: str | None = None
    category: str | None = None
    labels: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()


class QuickReply(Value):
    """A suggestion to press; `payload` is what is sent, as if it had been typed."""

    title: str
    payload: str


class Chip(Value):
    """One thing that was understood; `key` names the constraint to remove."""

    label: str
    key: str


class Candidate(Value):
    """How one candidate came to its place: ranks from 1 in each list (None: not in it) and scores."""

    id: str
    title: str
    score: float
    rerank: float | None = None
    graph: bool = False
    lexical: int | None = None
    vector: int | None = None


class Cell(Value):
    """What one product states of an attribute, in words (empty: nothing), with the triples it was read from."""

    text: str
    triples: tuple[tuple[str, str, str], ...] = ()


class ComparisonRow(Value):
    """One attribute of the compared products."""

    label: str
    cells: tuple[Cell, ...]
    differs: bool = False


class Comparison(Value):
    """Products side by side, the rows that differ first."""

    titles: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]


class CartLine(Value):
    """So many of one product; prices are read from the graph when the cart is shown."""

    id: str
    title: str
    quantity: int
    price: Money | None = None
    total: Money | None = None


class Cart(Value):
    """What the shopper has taken; `totals` has one sum a currency."""

    lines: tuple[CartLine, ...] = ()
    totals: tuple[Money, ...] = ()


class Decision(Value):
    """How the turn was decided, for the panel behind the reply."""

    intent: str
    confidence: float
    entities: tuple[dict[str, Any], ...] = ()
    slots: dict[str, Any] = {}
    query: str = ""
    sparql: str = ""
    matching: int | None = None
    candidates: tuple[Candidate, ...] = ()
    milliseconds: dict[str, float] = {}


class Reply(Value):
    """One answer."""

    text: str
    language: Language
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    chips: tuple[Chip, ...] = ()
    comparison: Comparison | None = None
    cart: Cart | None = None
    route: Route | None = None
    decision: Decision
