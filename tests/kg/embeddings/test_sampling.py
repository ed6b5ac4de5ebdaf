from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn.functional import logsigmoid

from kg.embeddings.loss import batch_loss
from kg.embeddings.model import Model
from kg.embeddings.sampling import Sampler

ENTITIES, RELATIONS = 50, 4


@pytest.fixture
def triples():
    rows = np.unique(np.random.default_rng(0).integers(0, (ENTITIES, RELATIONS, ENTITIES), (333, 3)), axis=0)
    # Tails of relation r are r, r + 4, r + 8 …
    rows[:, 2] = rows[:, 2] // 4 * 4 % 48 + rows[:, 1]
    return np.unique(rows, axis=0)


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_an_epoch_has_every_triple_once(triples, chunk):
    sampler = Sampler(triples, ENTITIES, negatives=4, chunk=chunk, chunks=3)
    batches = list(sampler.epoch(np.random.default_rng(1)))
    seen = Counter(tuple(row) for batch in batches for row in batch.triples[batch.weight > 0].tolist())
    assert seen == Counter(map(tuple, triples.tolist()))
    assert len(batches) == len(sampler)


def test_typed_negatives_stand_at_the_same_end_of_a_relation_of_the_chunk(triples):
    sampler = Sampler(triples, ENTITIES, negatives=8, chunk=8, typed=1.0)
    for batch in sampler.epoch(np.random.default_rng(1)):
        for rows, negatives, head in zip(batch.triples, batch.negatives, batch.corrupts_head, strict=True):
            side = 0 if head else 2
            allowed = {t[side] for t in triples.tolist() if t[1] in set(rows[:, 1].tolist())}
            assert set(negatives.tolist()) <= allowed


def test_both_sides_are_corrupted_equally(triples):
    sampler = Sampler(triples, ENTITIES, negatives=2, chunk=1, chunks=10)
    heads = np.concatenate([b.corrupts_head for b in sampler.epoch(np.random.default_rng(1))])
    assert heads.mean() == pytest.approx(0.5, abs=0.05)


def test_true_triples_are_marked_among_the_negatives(triples):
    true = set(map(tuple, triples.tolist()))
    marked = 0
    for batch in Sampler(triples, ENTITIES, negatives=16, chunk=8).epoch(np.random.default_rng(1)):
        for c, i, k in np.ndindex(batch.false.shape):
            changed = batch.triples[c, i].copy()
            changed[0 if batch.corrupts_head[c] else 2] = batch.negatives[c, k]
            assert batch.false[c, i, k] == (tuple(changed.tolist()) in true)
            marked += batch.false[c, i, k]
    assert marked > 20


@pytest.mark.parametrize("name", ["transe", "complex", "rotate"])
def test_the_loss_is_equation_5_of_the_paper(triples, name):
    model = Model(name, ENTITIES, RELATIONS, 6)
    margin, temperature = 2.0, 0.7
    batch = next(Sampler(triples, ENTITIES, negatives=5, chunk=4, chunks=6).epoch(np.random.default_rng(3)))
    terms = []
    for c, i in np.argwhere(batch.weight > 0):
        rows = np.repeat(batch.triples[c, i][None], 5, 0)
        rows[:, 0 if batch.corrupts_head[c] else 2] = batch.negatives[c]
        negatives = model(torch.from_numpy(rows[~batch.false[c, i]]))
        share = (temperature * negatives).softmax(0).detach()
        positive = model(torch.from_numpy(batch.triples[c, i]))
        terms.append(-(logsigmoid(margin + positive) + (share * logsigmoid(-negatives - margin)).sum()) / 2)
    expected = torch.stack(terms).mean()
    found = batch_loss(model, batch, margin, temperature)
    assert found.item() == pytest.approx(expected.item(), rel=1e-4)
    wanted = torch.autograd.grad(expected, model.entities)[0]
    torch.testing.assert_close(torch.autograd.grad(found, model.entities)[0], wanted, rtol=1e-3, atol=1e-5)


def test_decay_pulls_towards_nothing(triples):
    model = Model("complex", ENTITIES, RELATIONS, 6)
    batch = next(Sampler(triples, ENTITIES, negatives=5).epoch(np.random.default_rng(3)))
    plain, held = (batch_loss(model, batch, 0.0, 1.0, decay).item() for decay in (0.0, 2.0))
    assert held > plain
