"""Graph embeddings of a generation: written at ingest and by training, new products included, read without the model."""

import numpy as np
import pytest

from assistant.catalogue.graph_vectors import EMBEDDINGS, read_vectors, write_vectors
from kg.embeddings.fitting import fit
from kg.embeddings.saved import GraphEmbeddings
from kg.embeddings.training import defaults


@pytest.fixture(scope="module")
def trained(products, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    found = fit(products[:-6], defaults("rotate", dimension=8, epochs=3), folder / "work")
    found.embeddings.save(folder / EMBEDDINGS)
    return folder


def test_what_is_written_is_read(trained, products, tmp_path):
    assert write_vectors(tmp_path, trained, products)
    found, model = read_vectors(tmp_path), GraphEmbeddings.load(trained / EMBEDDINGS)
    assert found.ids == tuple(p.id for p in products)
    assert np.array_equal(found.vectors, model.vectors(products)) and np.isfinite(found.vectors).all()
    own = products[0].id
    assert [id_ for id_, _ in found.similar(own, 5)] == [id_ for id_, _ in model.over(products).similar(own, 5)]
    near = found.nearness([p.id for p in products] + ["nobody"], [own])
    assert near[own] == pytest.approx(1, abs=1e-5) and max(near.values()) == near[own] and "nobody" not in near
    assert all(0 <= value <= 1 + 1e-5 for value in near.values()) and found.nearness([own], ["nobody"]) == {}


def test_without_a_model_there_are_none(products, tmp_path):
    assert not write_vectors(tmp_path, tmp_path, products) and read_vectors(tmp_path) is None
    (tmp_path / EMBEDDINGS).mkdir()
    (tmp_path / EMBEDDINGS / "vocabulary.json").write_text("{", "utf-8")
    assert not write_vectors(tmp_path, tmp_path, products) and read_vectors(tmp_path) is None
