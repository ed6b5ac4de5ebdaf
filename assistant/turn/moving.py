"""From one kind of thing to another: which demands still mean something there, and saying which do not."""

from __future__ import annotations

from assistant.catalogue.store import Catalogue
from assistant.constraint import Constraint, Operator
from assistant.state import ShoppingState
from assistant.turn import phrase
from assistant.turn.context import Context
from assistant.turn.messages import say
from assistant.turn.phrase import listed
from assistant.turn.update import KEPT, Act, Applies
from assistant.turn.wording import sentence
from kg import asked


def applies(catalogue: Catalogue) -> Applies:
    """Return whether a demand means anything for a category: some of its products meet it, or could."""

    def means(constraint: Constraint, category: str) -> bool:
        kind = Constraint(attribute="category", operator=Operator.EQUAL, value=category)
        if constraint.attribute == "price":
            # What "cheaper" made is cheaper than those of the old kind.
            return bool(constraint.said)
        if constraint.operator is Operator.NOT_EQUAL:
            return constraint.attribute in KEPT or catalogue.coverage(constraint.attribute, category) > 0
        return asked.count(catalogue.graph, [kind, constraint.model_copy(update={"soft": False})]) > 0

    return means


def dropped(act: Act, context: Context) -> str:
    """Say which demands a change of category has dropped, and which it has kept; empty where there is nothing to say."""
    before, after = context.before, context.state
    if act not in (Act.REFINE, Act.SEARCH) or not before.category or not after.category:
        return ""
    if before.category == after.category:
        return ""
    now = {c.key for c in after.constraints}
    named = {c.attribute for c in after.constraints}
    old = [c for c in before.constraints if c.attribute != "category"]
    gone = [c for c in old if c.key not in now and c.attribute not in named]
    kept = [c for c in old if c.key in now and c not in context.understood.constraints]
    if not gone and not kept:
        return ""
    names, language = context.catalogue.names, context.language
    kept_words = [f"“{phrase.demand_text(c, names, context.currency, language)}”" for c in kept]
    lost = _labels(context, gone)
    gaps = {
        "dropped": listed(lost, language),
        "apply": say("applies_one" if len(lost) == 1 else "applies_many", language),
        "kept": listed(kept_words, language) if language == "en" else "".join(kept_words),
        "old": _what(context, before),
        "new": _what(context, after),
    }
    key = "dropped_kept" if kept else "dropped" if _fails(context, gone) else "dropped_old"
    return sentence(say(key if gone else "kept_only", language, after.turn, **gaps))


def _fails(context: Context, gone: list[Constraint]) -> bool:
    """Whether none of the dropped demands means anything for the new kind."""
    means = applies(context.catalogue)
    return not any(means(c, context.state.category or "") for c in gone)


def _labels(context: Context, gone: list[Constraint]) -> list[str]:
    """Return dropped demands in words: the property, and its value where that says more."""
    names, language = context.catalogue.names, context.language
    words = {}
    for c in gone:
        value = phrase.demand_text(c, names, context.currency, language)
        label = names.attribute(c.attribute, language)
        plain = label == value or c.value is True
        article = "the " if language == "en" else ""
        words[c.attribute] = (
            f"“{value}”" if plain else f"{article}{label}" + (f" ({value})" if language == "en" else f"（{value}）")
        )
    return list(words.values())


def _what(context: Context, state: ShoppingState) -> str:
    return phrase.what(state.model_copy(update={"language": context.language}), context.catalogue.names)
