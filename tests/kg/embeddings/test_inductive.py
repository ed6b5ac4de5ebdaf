import numpy as np
import pytest

from kg.embeddings.geometry import ComplEx, RotatE, TransE
from kg.embeddings.inductive import Inducer

PRODUCTS, VALUES, D = 300, 20, 8


@pytest.fixture
def random():
    return np.random.default_rng(0)


def unit(random, rows):
    phases = random.uniform(0, 2 * np.pi, (rows, D // 2))
    return np.concatenate([np.cos(phases), np.sin(phases)], 1).astype(np.float32)


def world(geometry, random, noise):
    """Values, relations, and products that are where their three triples say, but for some noise."""
    values = random.normal(size=(VALUES, D)).astype(np.float32)
    relations = unit(random, 3) if geometry.name == "rotate" else random.normal(size=(3, D)).astype(np.float32)
    rows = [[VALUES + p, r, v] for p in range(PRODUCTS) for r, v in enumerate(random.integers(VALUES, size=3))]
    triples = np.array(rows)
    places = geometry.heads(values[triples[:, 2]], relations[triples[:, 1]]).reshape(PRODUCTS, 3, D)
    products = places.mean(1) + noise * random.normal(size=(PRODUCTS, D))
    return np.concatenate([values, products]).astype(np.float32), relations, triples


@pytest.mark.parametrize("geometry", [TransE(), RotatE(), ComplEx()], ids=lambda g: g.name)
def test_a_product_is_found_where_training_would_have_put_it(geometry, random):
    entities, relations, triples = world(geometry, random, 0.01)
    old = np.arange(VALUES, VALUES + 250)
    new = np.arange(VALUES + 250, VALUES + PRODUCTS)
    learnt = Inducer.fit(geometry, entities, relations, triples[np.isin(triples[:, 0], old)], old)
    blank = entities.copy()
    blank[new] = np.nan
    found = learnt.vectors(geometry, blank, relations, triples[np.isin(triples[:, 0], new)], new)
    away = np.linalg.norm(found - entities[new], axis=1).mean()
    assert away < 0.25 * np.linalg.norm(entities[new] - entities[new].mean(0), axis=1).mean()


def test_a_tail_is_found_as_a_head_is(random):
    entities, relations, triples = world(RotatE(), random, 0.01)
    turned = triples[:, [2, 1, 0]]
    back = np.concatenate([relations[:, : D // 2], -relations[:, D // 2 :]], 1)
    products = np.arange(VALUES, VALUES + PRODUCTS)
    as_head, as_tail = (
        Inducer.fit(RotatE(), entities, r, t, products).vectors(RotatE(), entities, r, t, products)
        for r, t in ((relations, triples), (back, turned))
    )
    np.testing.assert_allclose(as_head, as_tail, atol=1e-4)


def test_nothing_known_is_the_average_product(random):
    entities, relations, triples = world(RotatE(), random, 0.01)
    products = np.arange(VALUES, VALUES + PRODUCTS)
    learnt = Inducer.fit(RotatE(), entities, relations, triples, products)
    found = learnt.vectors(RotatE(), entities, relations, np.empty((0, 3), np.int64), products[:2])
    np.testing.assert_allclose(found, np.tile(entities[products].mean(0), (2, 1)), atol=1e-4)


def test_without_a_product_there_is_nothing_to_learn(random):
    entities, relations, triples = world(RotatE(), random, 0.01)
    with pytest.raises(ValueError, match="found no triple of a product"):
        Inducer.fit(RotatE(), entities, relations, triples[:0], np.arange(3))
