"""All methods together, as the graph tells them."""

from pathlib import Path

import pytest

from assistant.catalogue.store import Store
from assistant.product import RelationKind
from kg.related import methods, related, series
from kg.relations import derive, evaluate
from kg.relations.compatibility import CONFIDENCE
from kg.relations.evaluate import Share
from kg.store import build, open_graph

LABELS = Path("tests/data/relations")
ICECAT = Store(Path("var/icecat2"))


def test_the_graph_tells_what_was_worked_out(printer, toner, progress, glossary, tmp_path):
    products = [
        *(printer(f"p{n}", f"HP LaserJet {n} Printer", price=200, speed=20, duplex=True) for n in (4200, 4250, 4350)),
        toner("ink", "HP LaserJet 4250, 4350"),
    ]
    build(tmp_path, products, glossary, lambda _: None, derive(products, progress=progress))
    graph = open_graph(tmp_path)
    assert {(r.id, r.kind) for r in related(graph, "ink")} == {
        ("p4250", RelationKind.CONSUMABLE_OF), ("p4350", RelationKind.CONSUMABLE_OF),
    }  # fmt: skip
    (supply,) = related(graph, "p4250", [RelationKind.CONSUMABLE])
    assert (supply.id, supply.method) == ("ink", "compatibility")
    (line,) = series(graph, "p4200")
    assert (line.name, line.ids) == ("LaserJet", ("p4200", "p4250", "p4350"))
    assert methods(graph).keys() == {"compatibility", "series", "specification"}
    assert {r.method for r in related(graph, "p4250", [RelationKind.SIMILAR])} == {"specification"}
    assert [name for name, *_ in progress.steps] == ["Compatibility", "Series", "Substitutes"]


def test_nothing_is_worked_out_from_nothing(progress):
    assert derive([], progress=progress) == []


def test_a_share_needs_a_sample():
    assert Share.of(9, 10) == pytest.approx((0.9, 0.5958, 0.9821, 10), abs=1e-4)
    with pytest.raises(ValueError, match="at least one labelled pair, found 0"):
        Share.of(0, 0)


@pytest.mark.slow
@pytest.mark.skipif(ICECAT.current() is None, reason="needs the Icecat catalogue, ingested into var/icecat2")
def test_the_confidences_are_those_of_the_labels():
    result = evaluate.compatibility(
        list(ICECAT.current().products()),
        evaluate.read(LABELS / "compatibility.csv"),
        evaluate.pairs(LABELS / "compatibility_recall.csv"),
    )
    right = {band: round(share.value * share.total) for band, share in result.bands.items()}
    told = {band: round((right[band] + 1) / (share.total + 2), 2) for band, share in result.bands.items()}
    assert told == pytest.approx(CONFIDENCE, abs=0.011)
    assert result.all > 0.95
    assert result.recall.value >= 0.88
