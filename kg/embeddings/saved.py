"""A trained model in a folder, read without torch.

embeddings/vocabulary.json           names, bins, what was measured, and which file holds the numbers; replaced last
embeddings/weights-….safetensors     entities, relations, and what new products need
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from assistant.product import Product
from kg.embeddings.geometry import Geometry, geometry
from kg.embeddings.graph import TripleGraph
from kg.embeddings.inductive import Inducer
from kg.embeddings.products import ProductVectors, Scored
from kg.embeddings.triples import Binning, Entity, product_entity

FORMAT = 1
VOCABULARY = "vocabulary.json"


class EmbeddingsError(RuntimeError):
    """There is no usable model in a folder."""


@dataclass(frozen=True)
class GraphEmbeddings:
    """Vectors of a catalogue's graph: `entities` float32 [n, d] in the order of `graph.entities`, `relations` [m, d]."""

    graph: TripleGraph
    geometry: Geometry
    entities: np.ndarray
    relations: np.ndarray
    inducer: Inducer
    binning: Binning
    margin: float
    measured: Mapping[str, str] = field(default_factory=dict)
    """What was measured on held-out triples, as it was printed."""

    @property
    def dimension(self) -> int:
        """Count the real numbers of a vector."""
        return int(self.entities.shape[1])

    def vectors(self, products: Sequence[Product]) -> np.ndarray:
        """Return the vectors of `products`, float32 [n, d]: the trained one, or for a new product one from its triples."""
        result = np.empty((len(products), self.dimension), np.float32)
        places = [self.graph.entity_index.get(product_entity(product.id)) for product in products]
        known = [row for row, place in enumerate(places) if place is not None]
        new = [row for row, place in enumerate(places) if place is None]
        result[known] = self.entities[[place for place in places if place is not None]]
        if new:
            result[new] = self._induced([products[row] for row in new])
        return result

    def over(self, products: Sequence[Product]) -> ProductVectors:
        """Return `products`, new ones too, for searches among them."""
        return self._searchable(tuple(product.id for product in products), self.vectors(products))

    def similar(self, id_: str, k: int) -> Scored:
        """Return the `k` nearest of the trained products with their cosine; `over` searches among new ones too.

        Raises `KeyError` for a product that was not there in training.
        """
        return self._trained.similar(id_, k)

    @cached_property
    def _trained(self) -> ProductVectors:
        places = self.graph.product_positions
        return self._searchable(tuple(self.graph.entities[place].name for place in places), self.entities[places])

    def _searchable(self, ids: tuple[str, ...], vectors: np.ndarray) -> ProductVectors:
        return ProductVectors(self.geometry, ids, vectors, dict(zip(self.graph.relations, self.relations, strict=True)))

    def plausibility(self, product: Product, relation: str, entity: Entity) -> float:
        """Return how plausible `(product, relation, entity)` is, 0 to 1: monotone in the score, no calibrated probability.

        Raises `ValueError` when the model does not know the relation or the entity.
        """
        if relation not in self.graph.relation_index:
            raise ValueError(
                f"found relation {relation!r}, expected one of the {len(self.graph.relations)} trained ones"
            )
        if entity not in self.graph.entity_index:
            raise ValueError(f"found {entity.kind} {entity.name!r}, expected one that was there in training")
        score = self.geometry.score(
            self.vectors([product]),
            self.relations[[self.graph.relation_index[relation]]],
            self.entities[[self.graph.entity_index[entity]]],
        )[0]
        return float(1 / (1 + np.exp(-(score + self.margin))))

    def _induced(self, products: Sequence[Product]) -> np.ndarray:
        # A product that is listed twice is one entity.
        once = {product_entity(product.id): product for product in products}
        names = {entity: len(self.graph.entities) + row for row, entity in enumerate(once)}
        index, kinds = self.graph.entity_index, self.graph.relation_index
        rows = []
        for product in once.values():
            for head, relation, tail in self.binning.triples(product):
                places = (names.get(head, index.get(head)), kinds.get(relation), names.get(tail, index.get(tail)))
                if None not in places:
                    rows.append(places)
        new = np.arange(len(names)) + len(self.graph.entities)
        padded = np.concatenate([self.entities, np.zeros((len(names), self.dimension), np.float32)])
        triples = np.array(rows, np.int64).reshape(-1, 3)
        solved = self.inducer.vectors(self.geometry, padded, self.relations, triples, new)
        return solved[[names[product_entity(product.id)] - len(self.graph.entities) for product in products]]

    def save(self, folder: Path) -> None:
        """Write the model to `folder`; a reader finds the old or the new one, never a mixture."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = save(
            {"entities": self.entities, "relations": self.relations}
            | {f"inducer.{name}": array for name, array in vars(self.inducer).items()}
        )
        name = f"weights-{hashlib.sha256(weights).hexdigest()[:16]}.safetensors"
        _replace(folder / name, weights)
        before = _names(folder)
        vocabulary = {
            "format": FORMAT,
            "weights": name,
            "model": self.geometry.name,
            "margin": self.margin,
            "measured": dict(self.measured),
            "binning": asdict(self.binning),
            "relations": self.graph.relations,
            "entities": self.graph.entities,
        }
        _replace(folder / VOCABULARY, json.dumps(vocabulary, ensure_ascii=False, indent=0).encode())
        # The one before stays: somebody may have read the old names and be about to open it.
        for old in folder.glob("weights-*.safetensors"):
            if old.name not in (name, before):
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> GraphEmbeddings:
        """Read the model in `folder`.

        Raises `EmbeddingsError` when there is none, another version wrote it, or it is damaged.
        """
        file, again = folder / VOCABULARY, "train it: python -m assistant train kg"
        if not file.exists():
            raise EmbeddingsError(f"found no {file}; {again}")
        try:
            said = json.loads(file.read_text("utf-8"))
            if said["format"] != FORMAT:
                raise EmbeddingsError(f"{file} has format {said['format']}, expected {FORMAT}; {again}")
            numbers = load_file(folder / said["weights"])
            graph = TripleGraph(
                tuple(Entity(*pair) for pair in said["entities"]), tuple(said["relations"]), np.empty((0, 3), np.int64)
            )
            binning = Binning(
                **{name: {k: tuple(v) for k, v in cuts.items()} for name, cuts in said["binning"].items()}
            )
            inducer = Inducer(**{n.removeprefix("inducer."): a for n, a in numbers.items() if n.startswith("inducer.")})
            found = cls(
                graph, geometry(said["model"]), numbers["entities"], numbers["relations"], inducer, binning,
                said["margin"], said["measured"],
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise EmbeddingsError(f"the model in {folder} is damaged ({error}); {again}") from error
        if len(found.entities) != len(graph.entities) or len(found.relations) != len(graph.relations):
            raise EmbeddingsError(
                f"the model in {folder} has {len(found.entities)} vectors for {len(graph.entities)} entities; {again}"
            )
        return found


def _names(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / VOCABULARY).read_text("utf-8"))["weights"])
    except (OSError, ValueError, KeyError):
        return None


def _replace(file: Path, content: bytes) -> None:
    fresh = file.with_name(file.name + ".new")
    with fresh.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(file)
