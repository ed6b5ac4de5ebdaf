"""What the catalogue knows well enough to insist on in a new search."""

from __future__ import annotations

from assistant.catalogue.store import Catalogue
from assistant.constraint import RELATIVES, Constraint
from assistant.understanding.understood import Understood

_KNOWN_WELL = 0.3
"""Share of the products of a kind from which on an attribute that is not stated is taken to be absent."""
_ALWAYS = ("price", "brand", "rating", "availability", "category", *RELATIVES)


def softened(
    understood: Understood, catalogue: Catalogue, category: str | None = None, *, prefer: bool = False
) -> Understood:
    """Insist in a new search only on what the catalogue knows well enough.

    A derived category may be wrong: it is preferred, not required. Where few products of a kind state an attribute, or
    no kind is named ("coffee" is also a brown), its words are searched for and nothing is shut out. `category` is the
    kind that is talked about where the message names none.
    """
    category = understood.category or category
    derived = catalogue.meta.derived_categories > catalogue.meta.products / 2

    # "The cheapest waterproof phone" is the cheapest of those that are said to be waterproof, however few.
    least = 0.0 if understood.order else _KNOWN_WELL

    def trusted(c: Constraint) -> Constraint | None:
        if c.names_kind:
            return c.model_copy(update={"soft": derived})
        if c.attribute in _ALWAYS:
            return c
        coverage = catalogue.coverage(c.attribute, category) if category is not None else 0.0
        if coverage and coverage >= least:
            return c
        # Those few that are said to have it come first.
        return c.model_copy(update={"soft": True}) if coverage and prefer else None

    constraints = tuple(t for c in understood.constraints if (t := trusted(c)))
    return understood.model_copy(update={"constraints": constraints})
