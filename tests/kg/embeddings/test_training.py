"""Trainings on graphs small enough that what can be learnt from them is known."""

from dataclasses import replace

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from kg.embeddings.geometry import geometry
from kg.embeddings.graph import Split, TripleGraph
from kg.embeddings.ranking import Known, measures, ranks
from kg.embeddings.training import CHECKPOINT, Options, TrainingError, defaults, train
from kg.embeddings.triples import Entity, Triple

QUICK = Options(dimension=16, margin=3.0, epochs=6, negatives=8, chunk=8, evaluate_every=2, learning_rate=0.05)


def node(n):
    return Entity("product", str(n))


def held_out(triples, every):
    graph = TripleGraph.of(triples)
    rows = graph.triples
    test = np.zeros(len(rows), bool)
    test[every] = True
    return graph, Split(rows[~test], rows[test], rows[test])


@pytest.fixture(scope="module")
def ring():
    """Steps of one, two and three round a ring of 24; some steps of three are held out: one and two after the other."""
    triples = [Triple(node(n), f"+{step}", node((n + step) % 24)) for step in (1, 2, 3) for n in range(24)]
    return held_out(triples, range(48, 72, 3))


@pytest.fixture(scope="module")
def pairs():
    """Forty pairs tied in both directions, the way back held out of every fourth; a chain gives them something else."""
    there = [Triple(node(2 * n), "tied", node(2 * n + 1)) for n in range(40)]
    back = [Triple(node(2 * n + 1), "tied", node(2 * n)) for n in range(40)]
    chain = [Triple(node(2 * n), "then", node(2 * n + 2)) for n in range(39)]
    return held_out(there + back + chain, range(40, 80, 4))


def tails_found(graph, parts, options):
    found = train(graph, parts, options)
    places = ranks(geometry(options.model), found.entities, found.relations, parts.test, Known(graph.triples))
    return measures(places[:, 1])["Hits@1"].mean()


def test_rotations_compose(ring):
    options = replace(QUICK, model="rotate", epochs=100, evaluate_every=50, patience=9)
    assert tails_found(*ring, options) >= 0.9


def test_a_rotation_is_its_own_inverse_where_a_shift_cannot_be(pairs):
    # A shift that leads there and back is no shift: the nearest tail is the head itself.
    options = replace(QUICK, epochs=150, evaluate_every=50, patience=9)
    assert tails_found(*pairs, replace(options, model="rotate")) >= 0.9
    assert tails_found(*pairs, replace(options, model="transe")) <= 0.1


def test_a_bilinear_form_learns_both_directions(pairs):
    options = replace(
        defaults("complex"), dimension=16, epochs=150, negatives=8, chunk=8, evaluate_every=25, patience=9
    )
    assert tails_found(*pairs, replace(options, learning_rate=0.05, decay=0.1)) >= 0.9


def test_a_training_that_is_broken_off_and_resumed_ends_the_same(ring, tmp_path):
    graph, parts = ring
    whole = train(graph, parts, QUICK, tmp_path / "whole")
    train(graph, parts, replace(QUICK, epochs=2), tmp_path / "parts")
    advanced = []
    resumed = train(graph, parts, QUICK, tmp_path / "parts", resume=True, advance=advanced.append)
    assert advanced == [2, 1, 1, 1, 1]
    np.testing.assert_array_equal(resumed.entities, whole.entities)
    np.testing.assert_array_equal(resumed.relations, whole.relations)
    assert (resumed.curve, resumed.epoch) == (whole.curve, whole.epoch)


@pytest.mark.parametrize("changed", [{"dimension": 8}, {"seed": 5}, {"model": "transe"}])
def test_a_checkpoint_of_another_training_is_refused(ring, tmp_path, changed):
    train(*ring, QUICK, tmp_path)
    with pytest.raises(TrainingError, match="belongs to another catalogue or to other options"):
        train(*ring, replace(QUICK, **changed), tmp_path, resume=True)


def test_a_checkpoint_of_another_graph_is_refused(ring, pairs, tmp_path):
    train(*ring, QUICK, tmp_path)
    with pytest.raises(TrainingError, match="belongs to another catalogue"):
        train(*pairs, QUICK, tmp_path, resume=True)


def test_without_a_checkpoint_nothing_is_resumed(ring, tmp_path):
    with pytest.raises(TrainingError, match="found no checkpoint"):
        train(*ring, QUICK, tmp_path, resume=True)


def test_the_best_weights_are_kept_and_training_stops_when_nothing_gets_better(pairs):
    # A rate far too high: it gets worse before it gets better.
    options = replace(QUICK, epochs=400, learning_rate=2.0, evaluate_every=1, patience=4)
    graph, parts = pairs
    best = train(graph, parts, options)
    assert len(best.curve) < 400
    assert (best.epoch, best.validation_mrr) == max(best.curve, key=lambda look: look[1])
    assert len(best.curve) - best.epoch == 4
    places = ranks(geometry("rotate"), best.entities, best.relations, parts.validation, Known(graph.triples))
    assert measures(places)["MRR"].mean() == pytest.approx(best.validation_mrr)


def test_the_log_can_be_read_by_tensorboard(ring, tmp_path):
    trained = train(*ring, QUICK, tmp_path)
    assert (tmp_path / CHECKPOINT).exists()
    log = EventAccumulator(str(tmp_path))
    log.Reload()
    assert [e.step for e in log.Scalars("loss")] == [1, 2, 3, 4, 5, 6]
    assert [e.value for e in log.Scalars("validation_mrr")] == pytest.approx([mrr for _, mrr in trained.curve])


def test_unknown_models_and_options_are_refused():
    with pytest.raises(ValueError, match="found model 'distmult'"):
        defaults("distmult")
    with pytest.raises(TypeError, match="heads"):
        defaults("rotate", heads=3)
