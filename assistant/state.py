"""What is remembered of a conversation: immutable, and plain JSON in one Rasa slot."""

from __future__ import annotations

from typing import Literal

from assistant.constraint import Constraint
from assistant.product import Language, Value

_UNDOABLE = 12
_TOPICS = 5


class Order(Value):
    """What the shopper wants the most (`descending`) or least of: the first of `attributes` that products state."""

    attributes: tuple[str, ...]
    descending: bool
    said: str = ""

    def reverses(self, other: Order) -> bool:
        """Whether it wants the least of what `other` wants the most of, or the other way round."""
        return self.attributes[0] == other.attributes[0] and self.descending is not other.descending


class Wish(Value):
    """What is looked for: texts that are searched for, demands in the order they were made, and an order."""

    query: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    order: Order | None = None

    @property
    def category(self) -> str | None:
        """The category path that is demanded, if one is."""
        return next((str(c.value) for c in reversed(self.constraints) if c.names_kind), None)

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.query or self.constraints)


class Topic(Value):
    """An earlier search of another kind of thing, and what was on screen."""

    wish: Wish
    shown: tuple[str, ...] = ()
    focus: str | None = None


class CartLine(Value):
    """So many of one product."""

    id: str
    quantity: int


class Pending(Value):
    """What the assistant asked or offered last, so that "yes" or a bare answer means something.

    `kind` is `relax` (drop the demands with `keys`?), `facet` (which value of `attribute`?), `contradiction` (does the
    new wish replace the demands with `keys`?), `kind` (what kind of thing?), `clarify`, `variant` or `cart` (of the products `ids`).
    """

    kind: Literal["relax", "facet", "contradiction", "kind", "clarify", "variant", "cart"]
    attribute: str = ""
    keys: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    quantity: int = 1
    wish: Wish | None = None


class ShoppingState(Value):
    """The shopper's wish so far and what was shown.

    `query`, `constraints` and `order` are the wish, `ranked` the product ids found, best first, `shown` those on
    screen, in order, `offset` how many of `ranked` were shown, `focus` the product that is talked about, `past` the
    earlier wishes that "go back" returns to, `topics` earlier searches of other kinds, `asked` facets asked about,
    `added` the turn in which something was last put into the cart, `beside` the product that those on screen are like.
    """

    language: Language = "en"
    turn: int = 0
    query: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    order: Order | None = None
    ranked: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    offset: int = 0
    focus: str | None = None
    beside: str | None = None
    past: tuple[Wish, ...] = ()
    topics: tuple[Topic, ...] = ()
    cart: tuple[CartLine, ...] = ()
    added: int = 0
    pending: Pending | None = None
    asked: tuple[str, ...] = ()

    @property
    def wish(self) -> Wish:
        """What is looked for."""
        return Wish(query=self.query, constraints=self.constraints, order=self.order)

    @property
    def searching(self) -> bool:
        """Whether there is a search to refine."""
        return bool(self.wish)

    @property
    def category(self) -> str | None:
        """The category path that is demanded, if one is."""
        return self.wish.category

    def wishing(self, wish: Wish) -> ShoppingState:
        """Return the state with another wish, ready to be searched; the old one can be undone."""
        changed = wish != self.wish
        past = (*self.past, self.wish)[-_UNDOABLE:] if changed and self.searching else self.past
        update = {"query": wish.query, "constraints": wish.constraints, "order": wish.order, "past": past}
        return self.model_copy(update={**update, "ranked": (), "offset": 0} if changed else update)

    def off_screen(self) -> ShoppingState:
        """Return the state with nothing found and nothing on screen."""
        return self.model_copy(update={"shown": (), "ranked": (), "offset": 0})

    def put_aside(self) -> ShoppingState:
        """Return the state with the present search among the earlier topics, the newest last, one a category."""
        if not self.searching:
            return self
        topic = Topic(wish=self.wish, shown=self.shown, focus=self.focus)
        others = tuple(t for t in self.topics if t.wish.category != self.category)
        return self.model_copy(update={"topics": (*others, topic)[-_TOPICS:]})
