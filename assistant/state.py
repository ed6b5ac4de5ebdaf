"""What is remembered of a conversation: immutable, and plain JSON in one Rasa slot."""

from __future__ import annotations

from assistant.constraint import Constraint
from assistant.product import Language, Value


class ShoppingState(Value):
    """The shopper's wish so far and what was shown.

    `query` holds the texts that are searched for, `constraints` the demands in the order they were made, `ranked`
    the product ids found, best first, `shown` those on screen, in order, `offset` how many of `ranked` were shown.
    """

    language: Language = "en"
    turn: int = 0
    query: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    ranked: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    offset: int = 0
    focus: str | None = None

    @property
    def searching(self) -> bool:
        """Whether there is a search to refine."""
        return bool(self.query or self.constraints)

    @property
    def category(self) -> str | None:
        """The category path that is demanded, if one is."""
        return next((str(c.value) for c in reversed(self.constraints) if c.attribute == "category"), None)
