import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from assistant.product import RelationKind
from kg.embeddings.saved import VOCABULARY, EmbeddingsError, GraphEmbeddings
from kg.embeddings.triples import Entity


@pytest.fixture(scope="session")
def folder(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "embeddings"
    fitted.embeddings.save(folder)
    return folder


@pytest.fixture(scope="session")
def model(folder):
    return GraphEmbeddings.load(folder)


@pytest.fixture(scope="session")
def newcomers(made):
    return [made(kind, number) for kind in ("Laptops", "Kettles", "Shoes", "Cases") for number in range(20, 26)]


def kind(id_):
    return id_.partition("-")[0]


def test_what_is_loaded_is_what_was_saved(fitted, model, shop, newcomers):
    everything = [*shop, *newcomers]
    np.testing.assert_array_equal(model.vectors(everything), fitted.embeddings.vectors(everything))
    assert model.measured == fitted.embeddings.measured
    assert model.measured["both MRR"].startswith(f"{fitted.measured['both']['MRR'].mean:.3f} [")


def test_known_products_have_their_trained_vectors_in_any_order(fitted, model, shop, newcomers):
    asked = [newcomers[3], shop[5], newcomers[0], shop[2], newcomers[3]]
    found = model.vectors(asked)
    for row, product in ((1, shop[5]), (3, shop[2])):
        place = fitted.graph.entity_index["product", product.id]
        np.testing.assert_array_equal(found[row], fitted.trained.entities[place])
    np.testing.assert_array_equal(found[0], found[4])
    np.testing.assert_allclose(found[2], model.vectors([newcomers[0]])[0], atol=1e-5)
    assert found.dtype == np.float32
    assert model.vectors([]).shape == (0, 32)


def test_neighbours_are_of_the_same_kind_for_old_and_new_products(model, shop, newcomers):
    everything = model.over([*shop, *newcomers])
    for products, share in ((shop, 0.95), (newcomers, 0.95)):
        same = [kind(other) == kind(p.id) for p in products for other, _ in everything.similar(p.id, 5)]
        assert np.mean(same) >= share
    assert {p.id for p in newcomers} & {other for p in shop for other, _ in everything.similar(p.id, 5)}


def test_neighbours_are_the_nearest_by_cosine(model, shop):
    vectors = model.vectors(shop)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = model.over(shop).similar(shop[7].id, 4)
    order = [n for n in np.argsort(-(vectors @ vectors[7])) if n != 7][:4]
    assert [id_ for id_, _ in found] == [shop[n].id for n in order]
    assert [score for _, score in found] == pytest.approx((vectors @ vectors[7])[order].tolist(), abs=1e-5)


def test_without_a_catalogue_the_trained_products_are_searched(model, shop, newcomers):
    found, wanted = model.similar("Shoes-4", 5), model.over(shop).similar("Shoes-4", 5)
    assert [id_ for id_, _ in found] == [id_ for id_, _ in wanted]
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted])
    with pytest.raises(KeyError, match="found product 'Shoes-20'"):
        model.similar(newcomers[12].id, 5)


def test_neighbours_can_be_restricted(model, shop):
    among = ["Shoes-1", "Shoes-2", "Laptops-3", "nobody"]
    found = model.over(shop).similar("Laptops-3", 9, among)
    assert sorted(id_ for id_, _ in found) == ["Shoes-1", "Shoes-2"]
    assert model.over(shop).similar("Laptops-3", 9, ["Laptops-3"]) == []
    with pytest.raises(KeyError, match="found product 'nobody'"):
        model.over(shop).similar("nobody", 1)


def test_complements_are_what_goes_with_a_product(model, shop, newcomers):
    everything = model.over([*shop, *newcomers])
    found = Counter()
    for product in [*shop[:20], *newcomers[:6]]:
        found.update(kind(id_) for id_, _ in everything.complements(product.id, RelationKind.ACCESSORY, 3))
    assert found["Cases"] >= 0.8 * found.total()


def test_an_inverse_is_asked_from_the_other_end(model, shop):
    cases = [p for p in shop if kind(p.id) == "Cases"]
    found = Counter()
    for case in cases:
        found.update(kind(id_) for id_, _ in model.over(shop).complements(case.id, RelationKind.ACCESSORY_OF, 3))
    assert found["Laptops"] >= 0.8 * found.total()


def test_a_kind_that_nothing_was_learnt_of_has_no_answer(model, shop):
    assert model.over(shop).complements("Laptops-1", RelationKind.BOUGHT_TOGETHER, 3) == []


def test_what_is_true_is_more_plausible(model, shop, newcomers):
    right, wrong = Entity("category", "All > Kettles"), Entity("category", "All > Shoes")
    for product in (p for p in [*shop, *newcomers] if kind(p.id) == "Kettles"):
        assert 0 <= model.plausibility(product, "category", wrong) < model.plausibility(product, "category", right) <= 1


def test_plausibility_of_the_unknown_is_refused(model, shop):
    with pytest.raises(ValueError, match="found relation 'has taste'"):
        model.plausibility(shop[0], "has taste", Entity("brand", "fleet"))
    with pytest.raises(ValueError, match="found brand 'acme'"):
        model.plausibility(shop[0], "brand", Entity("brand", "acme"))


def test_saving_again_replaces_and_leaves_one_more(fitted, model, folder, tmp_path, shop):
    for change in range(4):
        shifted = replace(fitted.embeddings, entities=fitted.trained.entities + change)
        shifted.save(tmp_path)
        np.testing.assert_array_equal(GraphEmbeddings.load(tmp_path).entities, fitted.trained.entities + change)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert VOCABULARY in names
    assert len(names) == 3


def test_a_save_that_breaks_off_leaves_the_old_model(fitted, tmp_path, monkeypatch):
    fitted.embeddings.save(tmp_path)
    shifted = replace(fitted.embeddings, entities=fitted.trained.entities + 1)
    monkeypatch.setattr("json.dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        shifted.save(tmp_path)
    np.testing.assert_array_equal(GraphEmbeddings.load(tmp_path).entities, fitted.trained.entities)


def _format(said):
    said["format"] = 0


def _one_entity_less(said):
    said["entities"].pop()


def _other_file(said):
    said["weights"] = "weights-gone.safetensors"


@pytest.mark.parametrize(
    ("change", "message"),
    [(_format, "has format 0, expected 1"), (_one_entity_less, "vectors for"), (_other_file, "is damaged")],
)
def test_a_damaged_model_is_refused(fitted, tmp_path, change, message):
    fitted.embeddings.save(tmp_path)
    said = json.loads((tmp_path / VOCABULARY).read_text("utf-8"))
    change(said)
    (tmp_path / VOCABULARY).write_text(json.dumps(said), "utf-8")
    with pytest.raises(EmbeddingsError, match=f"{message}.*python -m assistant train kg"):
        GraphEmbeddings.load(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_broken_vocabulary_is_refused(tmp_path, text):
    (tmp_path / VOCABULARY).write_text(text, "utf-8")
    with pytest.raises(EmbeddingsError, match="is damaged"):
        GraphEmbeddings.load(tmp_path)


def test_no_model_is_said_to_be_none(tmp_path):
    with pytest.raises(EmbeddingsError, match=r"found no .*vocabulary\.json"):
        GraphEmbeddings.load(tmp_path)


def test_reading_a_model_takes_no_torch(folder):
    code = (
        "import sys; from pathlib import Path; from kg.embeddings.saved import GraphEmbeddings as G; "
        "G.load(Path(sys.argv[1])); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0
