"""The Explore tab's HTML and SVG. Titles, values and IRIs come from catalogues: everything is escaped (Jinja2 autoescape)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from assistant.page.explore_picture import Item, fitted, narrow, wide
from assistant.page.explore_texts import PROBLEMS, TEXTS
from assistant.page.explore_view import View
from assistant.product import Language
from kg.explore import Neighbourhood
from kg.explore_nodes import Node, NodeKind, kind_of
from kg.explore_sparql import Answer, QueryRefused
from kg.explore_terms import short
from kg.explore_triples import Triples

_STEPS = 4
"""Steps of the way here that are shown."""
_STEP_WIDTH = 130
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {"short": short, "walkable": lambda iri: kind_of(iri) is not NodeKind.TERM}


def _html(template: str, **values: object) -> str:
    return _ENVIRONMENT.get_template(template).render(**values)


def note_html(text: str, *, bad: bool = False) -> str:
    """Return one sentence: a hint, or with `bad` what went wrong."""
    return f'<p class="xp-said{" xp-bad" if bad else ""}" role="{"alert" if bad else "status"}">{escape(text)}</p>'


def cards_html(said: str, items: Sequence[Item]) -> str:
    """Return a sentence, and below it a card to press for each item."""
    cards = [{"kind": i.kind.value, "label": i.label, "note": i.note, "action": i.action} for i in items]
    return _html("explore_hits.html", said=said, cards=cards)


def picture_html(view: View, around: Neighbourhood, trail: Sequence[Node], language: Language) -> str:
    """Return the way here and the picture of a neighbourhood, for wide and for narrow screens.

    `trail` are the nodes walked through, the last one first to go back to; CSS shows one of the two pictures.
    """
    centre, items = view.centre(around), view.items(around)
    names = [(place, view.name(node)) for place, node in enumerate(trail)][-_STEPS:]
    steps = [{"place": place, "name": name, "short": fitted(name, _STEP_WIDTH, 13)} for place, name in names]
    return _html(
        "explore_picture.html",
        t=view.texts, language=language, name=centre.label, centre=centre, trail=steps,
        pictures=[wide(centre, items), narrow(centre, items)], kinds=view.kinds([centre, *items]),
    )  # fmt: skip


def triples_html(view: View, triples: Triples) -> str:
    """Return the table of a node's triples."""
    return _html("explore_triples.html", t=view.texts, triples=triples)


def answer_html(answer: Answer, language: Language) -> str:
    """Return what a query found."""
    t = TEXTS[language]
    seconds = f"{answer.seconds:.2f}"
    if answer.form == "yes_no":
        return note_html(t["yes" if answer.yes else "no"])
    if not answer.rows:
        return note_html(t["none"])
    kind = "triples" if answer.form == "triples" else "rows"
    text = t[f"{kind}_cut"] if answer.more else t["triples_found" if kind == "triples" else "rows"]
    return _html("explore_answer.html", t=t, answer=answer, said=text.format(count=len(answer.rows), seconds=seconds))


def refusal_html(error: QueryRefused, language: Language) -> str:
    """Return why a query was not answered, with the place in it."""
    text = PROBLEMS[error.problem][language].format(detail=error.detail)
    if error.line is not None:
        text = TEXTS[language]["where"].format(line=error.line, column=error.column) + text
    return note_html(text, bad=True)
