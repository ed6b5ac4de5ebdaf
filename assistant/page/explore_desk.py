"""What the Explore tab's controls do, as plain functions from what a visitor sends to what is shown."""

from __future__ import annotations

import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.catalogue.store import Catalogue, CatalogueHandle, StoreError
from assistant.page.explore_html import answer_html, cards_html, note_html, picture_html, refusal_html, triples_html
from assistant.page.explore_picture import Item
from assistant.page.explore_texts import TEXTS
from assistant.page.explore_view import View
from assistant.product import Language
from assistant.settings import Settings
from assistant.turn.retrieve import retrieve
from kg import vocabulary as v
from kg.endpoint import EndpointError
from kg.explore import neighbourhood
from kg.explore_nodes import Node, NodeKind, nodes
from kg.explore_sparql import Limits, QueryRefused, ReadOnlyQuery
from kg.explore_triples import triples, turtle
from retrieval.encoder import Encoder

_HITS = 12
_STARTS = 8
"""Categories that an empty page offers to start from."""
_TRAIL = 30
"""Steps that can be taken back."""
_WORDS = 300
"""Characters of a search at most."""
_KEPT = 40
"""Files for downloading that are kept; Gradio has copied what it serves."""
_LOOKS = 4
"""Looks at the graph that are allowed for each message that a chat allows."""
_log = structlog.get_logger("explore")


class Shop(Protocol):
    """What the tab needs of the stack."""

    settings: Settings
    encoder: Encoder | None
    """None before it is loaded: the search goes by words alone then."""

    @property
    def catalogue(self) -> CatalogueHandle:
        """The catalogue that is served."""


@dataclass(frozen=True)
class Place:
    """Where a visitor is: the IRIs walked through, the last one here, and the kinds that were opened here."""

    trail: tuple[str, ...] = ()
    opened: tuple[NodeKind, ...] = ()

    @classmethod
    def of(cls, kept: dict[str, list[str]] | None) -> Place:
        """Read what `kept` wrote into the page's state; a state of nothing is the start."""
        kept = kept or {}
        return cls(tuple(kept.get("trail", ())), tuple(NodeKind(kind) for kind in kept.get("opened", ())))

    def kept(self) -> dict[str, list[str]]:
        """Return this as JSON values."""
        return {"trail": list(self.trail), "opened": [kind.value for kind in self.opened]}

    @property
    def here(self) -> str | None:
        """The node in the middle."""
        return self.trail[-1] if self.trail else None

    def after(self, action: str) -> Place:
        """Return where an action leads: `walk:IRI`, `back`, `to:PLACE IN THE TRAIL`, `open:KIND`; else stay."""
        verb, _, what = action.partition(":")
        if verb == "walk" and what and what != self.here:
            return Place((*self.trail, what)[-_TRAIL:])
        if verb == "back" and len(self.trail) > 1:
            return Place(self.trail[:-1])
        if verb == "to" and what.isdecimal() and int(what) < len(self.trail):
            return Place(self.trail[: int(what) + 1])
        if verb == "open" and what in set(NodeKind) and self.here:
            return Place(self.trail, (*self.opened, NodeKind(what)))
        return self


@dataclass(frozen=True)
class Look:
    """What is shown of a place: the picture, the triples, and the file with its Turtle (None: nothing to download)."""

    picture: str
    triples: str
    turtle: Path | None


class Desk:
    """Answers for one stack; holds no visitor, only the worker that runs their queries. Safe to call from threads."""

    def __init__(self, stack: Shop, limits: Limits | None = None) -> None:
        """Nothing is opened before it is asked for."""
        self._stack = stack
        self.limits = limits or Limits()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._query: tuple[object, ReadOnlyQuery] | None = None
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="explore-")
        self._files: list[Path] = []

    def hurried(self, visitor: str, *, query: bool) -> bool:
        """Whether a visitor asks too much: queries as fast as messages of a chat are allowed, looks `_LOOKS` times as fast."""
        rate = self._stack.settings.messages_per_minute * (1 if query else _LOOKS)
        return not self._limiter.hit(RateLimitItemPerMinute(rate), "query" if query else "look", visitor)

    def start(self, language: Language) -> str:
        """Return categories to start from; the biggest first."""
        try:
            catalogue = self._stack.catalogue.get()
            paths = catalogue.leaf_categories[:_STARTS]
            iris = [v.category_iri(path.split(" > ")) for path in paths]
            view = View(catalogue, language)
            found = nodes(catalogue.graph, iris)
        except (StoreError, EndpointError) as error:
            return self._down(error, language)
        return cards_html(view.texts["start"], [self._card(view, found[iri]) for iri in iris])

    def search(self, words: str, language: Language) -> str:
        """Return the products that words or an id find, as cards."""
        words = words.strip()[:_WORDS]
        if not words:
            return self.start(language)
        try:
            catalogue = self._stack.catalogue.get()
            ids = self._found(catalogue, words)
            view = View(catalogue, language)
            found = nodes(catalogue.graph, [v.product_iri(id_) for id_ in ids])
        except (StoreError, EndpointError) as error:
            return self._down(error, language)
        if not found:
            return note_html(view.texts["no_hits"].format(text=words))
        said = view.texts["hits"].format(count=len(found), text=words)
        return cards_html(said, [self._card(view, node) for node in found.values()])

    def _found(self, catalogue: Catalogue, words: str) -> list[str]:
        id_ = v.product_id(words) if words.startswith(v.product_iri("")) else words
        own = [id_] if catalogue.product(id_) else []
        if self._stack.encoder is None:
            hits = [hit for hit, _ in catalogue.lexical.search(words, _HITS)]
        else:
            hits = retrieve(catalogue, self._stack.encoder, words, (), _HITS).ids
        return list(dict.fromkeys([*own, *hits]))[:_HITS]

    @staticmethod
    def _card(view: View, node: Node) -> Item:
        return Item(node.kind, view.name(node), view.note(node), "", f"walk:{node.iri}")

    def look(self, place: Place, language: Language) -> Look:
        """Return what is at a place, and around it."""
        texts = TEXTS[language]
        if place.here is None:
            return Look("", note_html(texts["no_node"]), None)
        try:
            catalogue = self._stack.catalogue.get()
            around = neighbourhood(catalogue.graph, place.here, place.opened)
            before = nodes(catalogue.graph, list(dict.fromkeys(place.trail[:-1])))
            said = triples(catalogue.graph, place.here)
            text = turtle(catalogue.graph, place.here)
        except (StoreError, EndpointError) as error:
            return Look(self._down(error, language), "", None)
        except ValueError:  # what was sent is no IRI
            around, before = None, {}
        if around is None:
            return Look(note_html(texts["unknown"].format(name=place.here[:_WORDS]), bad=True), "", None)
        view = View(catalogue, language)
        picture = picture_html(view, around, [before[iri] for iri in place.trail[:-1]], language)
        return Look(picture, triples_html(view, said), self._file(around.centre.name("en"), text))

    def run(self, query: str, language: Language) -> tuple[str, Path | None]:
        """Answer a query: what it found or why not, and a file with the triples that it made, if it made any."""
        try:
            answer = self._worker().ask(query)
        except QueryRefused as error:
            return refusal_html(error, language), None
        except (StoreError, EndpointError) as error:
            return self._down(error, language), None
        cut = f"# The first {answer.count} triples only.\n" if answer.turtle_cut else ""
        file = self._file("result", cut + answer.turtle) if answer.turtle else None
        return answer_html(answer, language), file

    def warm(self) -> None:
        """Start the worker, so that the first query need not wait for it."""
        self._worker().warm()

    def close(self) -> None:
        """End the worker and drop the files."""
        with self._lock:
            if self._query:
                self._query[1].close()
            self._query = None
        self._folder.cleanup()

    def _worker(self) -> ReadOnlyQuery:
        generation = self._stack.catalogue.get().generation
        with self._lock:
            if self._query is None or self._query[0] != generation:
                if self._query:
                    self._query[1].close()
                self._query = (generation, ReadOnlyQuery(generation.graph, self.limits))
            return self._query[1]

    def _file(self, name: str, text: str) -> Path:
        """Write a file to be downloaded, named after what it describes."""
        folder = Path(tempfile.mkdtemp(dir=self._folder.name))
        file = folder / f"{re.sub(r'[^0-9A-Za-z]+', '-', name).strip('-')[:60] or 'node'}.ttl"
        file.write_text(text, "utf-8")
        with self._lock:
            self._files.append(file)
            old, self._files = self._files[:-_KEPT], self._files[-_KEPT:]
        for gone in old:
            gone.unlink(missing_ok=True)
            gone.parent.rmdir()
        return file

    @staticmethod
    def _down(error: Exception, language: Language) -> str:
        _log.warning("explore.down", error=str(error))
        return note_html(TEXTS[language]["down"], bad=True)
