import numpy as np
import pytest
import torch

from kg.embeddings.geometry import ComplEx, RotatE, TransE, geometry
from kg.embeddings.model import Model

D, ENTITIES, RELATIONS = 8, 7, 3


def complex_(both):
    return both[..., : D // 2] + 1j * both[..., D // 2 :]


class GeometryContract:
    """What every model promises; a test class of a model names it and gives its formula from the paper."""

    geometry = None

    def formula(self, head, relation, tail):
        raise NotImplementedError

    @pytest.fixture
    def model(self):
        return Model(self.geometry.name, ENTITIES, RELATIONS, D, seed=3)

    @pytest.fixture
    def triples(self):
        rows = np.random.default_rng(0).integers(0, (ENTITIES, RELATIONS, ENTITIES), (20, 3))
        return rows[rows[:, 0] != rows[:, 2]]

    def test_scores_are_those_of_the_paper(self, model, triples):
        entities, relations = model.arrays()
        expected = [self.formula(entities[h], relations[r], entities[t]) for h, r, t in triples]
        np.testing.assert_allclose(model(torch.from_numpy(triples)).detach(), expected, rtol=1e-4, atol=1e-5)

    def test_numpy_and_torch_agree(self, model, triples):
        entities, relations = model.arrays()
        h, r, t = triples.T
        np.testing.assert_allclose(
            self.geometry.score(entities[h], relations[r], entities[t]),
            model(torch.from_numpy(triples)).detach(), rtol=1e-5, atol=1e-6,
        )  # fmt: skip

    @pytest.mark.parametrize("library", ["numpy", "torch"])
    def test_all_tails_and_all_heads_score_as_single_triples_do(self, model, triples, library):
        entities, relations = model.arrays()
        if library == "torch":
            entities, relations = torch.from_numpy(entities), torch.from_numpy(relations)
        h, r, t = triples.T
        tails = self.geometry.compare_all(self.geometry.tails(entities[h], relations[r]), entities)
        heads = self.geometry.compare_all(self.geometry.heads(entities[t], relations[r]), entities)
        for other in range(ENTITIES):
            o = np.full(len(triples), other)
            one = self.geometry.score(entities[h], relations[r], entities[o])
            np.testing.assert_allclose(tails[:, other], one, atol=5e-4)
            one = self.geometry.score(entities[o], relations[r], entities[t])
            np.testing.assert_allclose(heads[:, other], one, atol=5e-4)

    def test_every_parameter_gets_a_gradient(self, model, triples):
        model(torch.from_numpy(triples)).sum().backward()
        for weights, touched in ((model.entities, triples[:, [0, 2]]), (model.relation_weights, triples[:, 1])):
            assert (weights.grad.abs().sum(1)[torch.from_numpy(np.unique(touched))] > 0).all()

    def test_a_seed_makes_the_model(self, model):
        again, other = (Model(self.geometry.name, ENTITIES, RELATIONS, D, seed=s).arrays()[0] for s in (3, 4))
        np.testing.assert_array_equal(model.arrays()[0], again)
        assert not np.allclose(again, other)


class TestTransE(GeometryContract):
    geometry = TransE()

    def formula(self, head, relation, tail):
        return -np.linalg.norm(head + relation - tail)


class TestComplEx(GeometryContract):
    geometry = ComplEx()

    def formula(self, head, relation, tail):
        return np.real(np.sum(complex_(head) * complex_(relation) * np.conj(complex_(tail))))


class TestRotatE(GeometryContract):
    geometry = RotatE()

    def formula(self, head, relation, tail):
        assert np.allclose(np.abs(complex_(relation)), 1, atol=1e-5)
        return -np.linalg.norm(complex_(head) * complex_(relation) - complex_(tail))


def test_an_unknown_model_is_refused():
    with pytest.raises(ValueError, match="found model 'transh', expected one of transe, complex, rotate"):
        geometry("transh")


@pytest.mark.parametrize("dimension", [0, 7])
def test_odd_dimensions_are_refused(dimension):
    with pytest.raises(ValueError, match="expected an even one"):
        Model("rotate", 2, 1, dimension)
