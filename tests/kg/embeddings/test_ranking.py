import numpy as np
import pytest

from kg.embeddings.geometry import ComplEx, TransE
from kg.embeddings.ranking import Known, interval, measures, ranks


def by_hand(score, entities, triple, true, side, among):
    own = score(triple)
    better = equal = 0
    for other in among:
        changed = list(triple)
        changed[side] = other
        if tuple(changed) in true or tuple(changed) == tuple(triple):
            continue
        value = score(changed)
        better, equal = better + (value > own + 1e-6), equal + (abs(value - own) <= 1e-6)
    return 1 + better + equal / 2


@pytest.mark.parametrize("restricted", [False, True])
def test_ranks_are_those_of_a_plain_loop(restricted):
    random = np.random.default_rng(1)
    # Small whole numbers: many triples have exactly equal scores.
    entities, relations = (
        random.integers(-1, 2, (12, 4)).astype(np.float32),
        random.integers(-1, 2, (3, 4)).astype(np.float32),
    )
    rows = np.unique(random.integers(0, (12, 3, 12), (60, 3)), axis=0)
    true, held = {tuple(r) for r in rows.tolist()}, rows[::3]
    among = np.arange(0, 12, 2) if restricted else None
    model = ComplEx()

    def score(triple):
        h, r, t = triple
        return float(model.score(entities[h], relations[r], entities[t]))

    found = ranks(model, entities, relations, held, Known(rows), among)
    pool = range(12) if among is None else among.tolist()
    expected = [[by_hand(score, entities, t, true, side, pool) for side in (0, 2)] for t in held.tolist()]
    np.testing.assert_array_equal(found, expected)
    assert (found % 1 == 0.5).any()


def test_a_model_that_scores_everything_alike_is_in_the_middle():
    rows = np.array([[0, 0, 1]])
    found = ranks(TransE(), np.zeros((11, 2), np.float32), np.zeros((1, 2), np.float32), rows, Known(rows))
    assert found.tolist() == [[6.0, 6.0]]


def test_measures_of_known_ranks():
    found = {name: values.mean() for name, values in measures(np.array([[1.0, 2.0], [4.0, 20.0]])).items()}
    assert found == pytest.approx({"MRR": (1 + 0.5 + 0.25 + 0.05) / 4, "Hits@1": 0.25, "Hits@3": 0.5, "Hits@10": 0.75})


def test_the_interval_holds_the_mean_and_narrows():
    values = np.random.default_rng(0).random(2000)
    wide, narrow = interval(values[:50]), interval(values)
    assert wide.low < wide.mean < wide.high
    assert narrow.high - narrow.low == pytest.approx(4 * 0.2887 / np.sqrt(2000), rel=0.1)
    assert interval(np.ones(4)) == interval(np.ones(9))
    with pytest.raises(ValueError, match="nothing to average"):
        interval(np.empty(0))
