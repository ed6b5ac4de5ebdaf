"""Where a catalogue's indexes live: immutable generations, and one small file that names the one that serves.

store/CURRENT            the name of the generation that serves
store/gen-…/graph        the RDF graph (Oxigraph), or `endpoint` with the address of a SPARQL endpoint that has it
store/gen-…/vectors      the vector index (Chroma)
store/gen-…/lexical      the BM25 index
store/gen-…/products.jsonl.gz, meta.json
"""

from __future__ import annotations

import gzip
import os
import shlex
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from rdflib import Dataset

from assistant.catalogue.gazetteer import Gazetteer
from assistant.catalogue.graph_vectors import read_vectors
from assistant.catalogue.names import Names
from assistant.constraint import Constraint
from assistant.product import Product, Value
from kg import asked, questions
from kg.embeddings.products import ProductVectors
from kg.endpoint import EndpointError
from kg.store import Location, drop, open_graph
from retrieval.lexical import LexicalIndex
from retrieval.vectors import VectorIndex

EXACT = {"exact": True}
"""Context in which snapshots are written and read: texts that look like numbers stay texts."""


FORMAT = 2
"""What `ingest` writes now; raised whenever a store of before can no longer be read."""


_SPLITS = 256
"""Sets of demands whose counts are kept in memory."""


class StoreError(RuntimeError):
    """There is no usable catalogue in a store."""


class Meta(Value):
    """What is known of a generation without opening it."""

    products: int
    currency: str | None
    encoder: str
    sources: tuple[str, ...]
    derived_categories: int = 0
    relations: dict[str, int] = {}
    built: str
    format: int = 0


def read_products(file: Path) -> Iterator[Product]:
    """Yield the products of a snapshot."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield Product.model_validate_json(line, context=EXACT)


def write_products(file: Path, products: Iterable[Product]) -> None:
    """Write a snapshot of products."""
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=3) as lines:
        lines.writelines(product.model_dump_json(exclude_defaults=True, context=EXACT) + "\n" for product in products)


@dataclass(frozen=True)
class Generation:
    """The folder of one built catalogue."""

    folder: Path

    @property
    def graph(self) -> Location:
        """Where the RDF graph is: a folder, or a SPARQL endpoint."""
        if self.endpoint_file.exists():
            return self.endpoint_file.read_text("utf-8").strip()
        return self.folder / "graph"

    @property
    def endpoint_file(self) -> Path:
        """The file with the address of the endpoint that has the graph, where it is not in a folder."""
        return self.folder / "endpoint"

    @property
    def vectors(self) -> Path:
        """The folder of the vector index."""
        return self.folder / "vectors"

    @property
    def lexical(self) -> Path:
        """The folder of the lexical index."""
        return self.folder / "lexical"

    @property
    def snapshot(self) -> Path:
        """The products that are served."""
        return self.folder / "products.jsonl.gz"

    @property
    def meta_file(self) -> Path:
        """The file of `Meta`; written last, so a folder without it is unfinished."""
        return self.folder / "meta.json"

    def meta(self) -> Meta:
        """Read what is known of this generation."""
        return Meta.model_validate_json(self.meta_file.read_text("utf-8"))

    @property
    def unmatched(self) -> Path:
        """The products before those of several feeds were made one; there is none where nothing was."""
        return self.folder / "unmatched.jsonl.gz"

    def products(self) -> Iterator[Product]:
        """Yield the products that are served."""
        return read_products(self.snapshot)

    def read(self) -> Iterator[Product]:
        """Yield the products as the feeds had them."""
        return read_products(self.unmatched if self.unmatched.exists() else self.snapshot)


@dataclass(frozen=True)
class Store:
    """A folder of generations."""

    folder: Path

    @property
    def _pointer(self) -> Path:
        return self.folder / "CURRENT"

    def current(self) -> Generation | None:
        """Return the generation that serves, or None when nothing was ingested yet."""
        try:
            name = self._pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        generation = Generation(self.folder / name)
        return generation if generation.meta_file.exists() else None

    def new(self) -> Generation:
        """Make the folder of a generation to be built."""
        generation = Generation(self.folder / f"gen-{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}")
        generation.folder.mkdir(parents=True)
        return generation

    def serve(self, generation: Generation) -> None:
        """Make `generation` the one that serves, in one atomic step, and drop those that nobody reads any more."""
        before = self.current()
        fresh = self._pointer.with_suffix(".new")
        fresh.write_text(generation.folder.name, "utf-8")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        # The one before stays: a running server may be in the middle of a turn on it.
        kept = {generation.folder, before.folder if before else None}
        for folder in self.folder.glob("gen-*"):
            if folder not in kept:
                self.drop(Generation(folder))

    @staticmethod
    def drop(generation: Generation) -> None:
        """Remove a generation, its graph in an endpoint too; an endpoint that is down keeps what it has."""
        with suppress(EndpointError):
            drop(generation.graph)
        shutil.rmtree(generation.folder, ignore_errors=True)


@dataclass(frozen=True)
class Split:
    """By what some products differ: values with counts by attribute (and `brand`), prices, and how many models there are."""

    facets: dict[str, list[asked.Counted]]
    prices: list[asked.Counted]
    models: int


@dataclass
class Catalogue:
    """One generation, opened for answering."""

    generation: Generation
    graph: Dataset
    vectors: VectorIndex
    lexical: LexicalIndex
    meta: Meta
    _products: dict[str, Product] = field(default_factory=dict)

    @classmethod
    def open(cls, generation: Generation) -> Catalogue:
        """Open the indexes of `generation` for reading.

        Raises `StoreError` when another version wrote them.
        """
        meta = generation.meta()
        if meta.format != FORMAT:
            again = " ".join(map(shlex.quote, meta.sources))
            raise StoreError(
                f"the catalogue in {generation.folder.parent} was written by another version of this program; "
                f"read it again: python -m assistant ingest {again} --store {shlex.quote(str(generation.folder.parent))}"
            )
        return cls(
            generation,
            open_graph(generation.graph),
            VectorIndex(generation.vectors),
            LexicalIndex.load(generation.lexical),
            meta,
        )

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names that this catalogue knows, made from its graph."""
        return Gazetteer.from_graph(self.graph)

    @cached_property
    def embeddings(self) -> ProductVectors | None:
        """Vectors of the products from the graph; None where nobody has trained them."""
        return read_vectors(self.generation.folder)

    @cached_property
    def names(self) -> Names:
        """How things are called in each language."""
        return Names(self.graph)

    @cached_property
    def facets(self) -> dict[str, str]:
        """Every name of every attribute, in lower case, with its key."""
        return self.names.facets()

    @cached_property
    def leaf_categories(self) -> list[str]:
        """The paths of the categories that products are directly in, the biggest first."""
        paths = [path for path, _ in questions.categories(self.graph)]
        return [path for path in paths if not any(other.startswith(path + " > ") for other in paths)]

    @cached_property
    def _category_sizes(self) -> dict[str, int]:
        return dict(questions.categories(self.graph))

    def has_kinds(self, category: str | None) -> bool:
        """Whether there are categories below `category` (None: at all)."""
        above = f"{category} > " if category else ""
        return any(path.startswith(above) for path in self._category_sizes)

    def coverage(self, attribute: str, category: str | None) -> float:
        """Return the share of the products of `category` (None: of all) of which the graph knows `attribute`."""
        total = self._category_sizes.get(category, 0) if category else self.meta.products
        return min(1.0, self.gazetteer.known(attribute, category) / total) if total else 0.0

    def split(self, constraints: Sequence[Constraint], least: int) -> Split:
        """Return by what the products that meet `constraints` differ; attributes with fewer than `least` facts are left out."""
        # Who said it and when is no matter of the catalogue: shoppers who want the same share an answer.
        return self._split(
            tuple(c.model_copy(update={"turn": 0, "said": "", "soft": False}) for c in constraints), least
        )

    @cached_property
    def _split(self) -> Callable[[tuple[Constraint, ...], int], Split]:
        def split(wanted: tuple[Constraint, ...], least: int) -> Split:
            facets = {"brand": asked.values(self.graph, "brand", wanted)} | asked.facets(
                self.graph, wanted, least=least
            )
            return Split(facets, asked.prices(self.graph, wanted), asked.models(self.graph, wanted))

        return lru_cache(_SPLITS)(split)

    def product(self, id_: str) -> Product | None:
        """Read a product from the graph (kept in memory: a generation never changes)."""
        if id_ not in self._products:
            found = questions.product(self.graph, id_)
            if found is None:
                return None
            self._products[id_] = found
        return self._products[id_]


class CatalogueHandle:
    """Gives the catalogue that serves now; follows an ingest without a restart."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the store's."""
        self._store = Store(folder)
        self._open: Catalogue | None = None
        self._lock = threading.Lock()

    def get(self) -> Catalogue:
        """Return the open catalogue.

        Raises `StoreError` when nothing was ingested.
        """
        generation = self._store.current()
        if generation is None:
            raise StoreError(f"no catalogue in {self._store.folder}; run: python -m assistant ingest PATH")
        with self._lock:
            if self._open is None or self._open.generation != generation:
                self._open = Catalogue.open(generation)
            return self._open
