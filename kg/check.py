"""What is wrong with a catalogue: SHACL findings (`kg/shapes.ttl`) by product, with a severity and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rdflib import Dataset

from assistant.product import Language, LocalText
from kg import vocabulary as v
from kg.check_about import about, titles
from kg.check_queries import ShapeError, among
from kg.check_shapes import Severity, Shape, bundled
from kg.store import select

_AT_ONCE = 500
"""Nodes that are written into one query."""


@dataclass(frozen=True)
class Finding:
    """A condition that a node of the graph does not meet.

    `product` is the id of the product that the node is about or, where `products` share it, of the first of them; None
    where it is no product's. `value` is the one to blame, where there is one.
    """

    product: str | None
    products: int
    titles: LocalText
    shape: Shape
    node: str
    value: str | None

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.shape.severity

    def title(self, language: Language) -> str:
        """Return the product's title in `language`, in the language there is, or an empty text."""
        return self.titles.get(language) or next(iter(self.titles.values()), "")

    def message(self, language: Language) -> str:
        """Return what is wrong and what to do about it."""
        return self.shape.messages[language].replace("{?value}", self.value or "")


Failure = tuple[Shape, str, str | None]
"""A shape, the node that fails it, and the value to blame."""


def check(
    graph: Dataset,
    shapes: Iterable[Shape] | None = None,
    least: Severity = Severity.INFO,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Finding]:
    """Return what in `graph` fails `shapes` (None: `kg/shapes.ttl`), the worst first, then product by product.

    Shapes less severe than `least` are not looked at. Calls `progress(1)` after each shape. Raises
    `kg.check_queries.ShapeError` for shapes that cannot be asked, `kg.endpoint.EndpointError` when an endpoint fails.
    """
    failures: list[Failure] = []
    for shape in bundled() if shapes is None else shapes:
        if shape.severity.rank <= least.rank:
            failures += failing(graph, shape)
        progress(1)
    return findings(graph, failures)


def failing(graph: Dataset, shape: Shape) -> list[Failure]:
    """Return the nodes that do not meet `shape`. Raises `ShapeError` when its SPARQL is not well-formed."""
    found: dict[tuple[str, str | None], None] = {}
    try:
        for query in _asked(graph, shape):
            for node, *rest in select(graph, query):
                found[node, rest[0] if rest else None] = None
    except SyntaxError as error:
        raise ShapeError(f"{shape.iri}: {error}") from error
    return [(shape, node, value) for node, value in found]


def _asked(graph: Dataset, shape: Shape) -> Iterator[str]:
    if shape.target is None:
        yield from shape.queries
        return
    nodes = sorted({node for node, *_ in select(graph, shape.target)})
    for start in range(0, len(nodes), _AT_ONCE):
        for query in shape.queries:
            yield among(query, nodes[start : start + _AT_ONCE])


def findings(graph: Dataset, failures: Sequence[Failure]) -> list[Finding]:
    """Return `failures` with the products that they are about, in the order of `check`."""
    owners = about(graph, [node for _, node, _ in failures])
    ids = {owner.id for owner in owners.values() if owner.id is not None}
    named = titles(graph, ids, {id_: v.product_iri(id_) for id_ in ids})
    made = [
        Finding(owner.id, owner.products, named.get(owner.id or "", {}), shape, node, value)  # type: ignore[arg-type]
        for shape, node, value in failures
        for owner in (owners[node],)
    ]
    return sorted(made, key=_order)


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (finding.severity.rank, finding.product or "", finding.shape.iri, finding.node, finding.value or "")
