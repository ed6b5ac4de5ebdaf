"""The same check by pyshacl, the reference engine: slow, but it understands all of SHACL, and ours is held to it in tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyshacl import validate
from rdflib import RDF, SH, Dataset, Graph

from kg.check import Finding, findings
from kg.check_shapes import BUNDLED, read_shapes


def check_by_pyshacl(graph: Dataset, files: Sequence[Path] = (BUNDLED,)) -> list[Finding]:
    """Return what `kg.check.check` returns, in minutes for a few hundred products.

    Raises `pyshacl.errors.ReportableRuntimeError` for shapes that pyshacl refuses.
    """
    shapes = {shape.iri: shape for shape in read_shapes(files)}
    said = Graph()
    for file in files:
        said.parse(file, format="turtle")
    # In Oxigraph SPARQL constraints are quick; the rest of pyshacl asks it for its size at every step.
    copy = Dataset(store="Oxigraph", default_union=True)
    for subject, predicate, object_, home in graph.quads((None, None, None, None)):
        copy.get_context(home or copy.default_graph.identifier).add((subject, predicate, object_))
    _, report, _ = validate(copy, shacl_graph=said, advanced=True, inplace=True, inference="none")
    if not isinstance(report, Graph):
        raise report
    keys: dict[tuple[str, str, str | None], None] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source, node = (str(report.value(result, part)) for part in (SH.sourceShape, SH.focusNode))
        value = report.value(result, SH.value)
        keys[source, node, None if value is None else str(value)] = None
    return findings(graph, [(shapes[source], node, value) for source, node, value in keys])
