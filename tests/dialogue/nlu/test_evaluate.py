import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.components.runtime import Mark, Reading
from dialogue.nlu.data import parse
from dialogue.nlu.evaluate import calibrated, curve, measure, out_of_scope, read_all

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


def test_right_and_wrong_are_counted():
    examples = [
        parse("a [red](colour) [bag](product)", "search"),
        parse('not [Zento]{"entity": "brand", "role": "not"}', "refine"),
        parse("hi", "greet"),
    ]
    readings = {
        "a red bag": Reading((("search", 0.9),), (Mark(2, 5, "colour", None, 1), Mark(6, 9, "brand", None, 1))),
        "not Zento": Reading((("search", 0.6),), (Mark(4, 9, "brand", None, 1),)),
        "hi": Reading((("greet", 1.0),), ()),
    }
    measures = measure(read_all(readings.__getitem__, examples))
    assert measures.intent.value == pytest.approx(2 / 3)
    # One of three spans is exact; the brand that is refused is another label than the brand that is wanted.
    assert measures.slots.value == pytest.approx(1 / 3)
    assert measures.by_label["colour"] == (1.0, 1)
    assert measures.confusions == {("refine", "search"): 1}
    assert measures.slots.low <= measures.slots.value <= measures.slots.high


def test_nothing_is_not_measured():
    with pytest.raises(ValueError, match="nothing"):
        measure([])


@given(SCORES, SCORES)
def test_refusing_less_refuses_less_of_both(inside, outside):
    points = curve(inside, outside)
    assert [p.threshold for p in points] == sorted(p.threshold for p in points)
    assert [p.recall for p in points] == sorted((p.recall for p in points), reverse=True)
    assert [p.false_refusals for p in points] == sorted((p.false_refusals for p in points), reverse=True)


@given(SCORES, st.floats(0, 0.2))
def test_the_threshold_is_the_lowest_that_refuses_few(inside, most):
    found = calibrated(inside, most)
    assert found == 1.0 or (inside >= found).mean() <= most
    assert all((inside >= p.threshold).mean() > most for p in curve(inside, inside) if p.threshold < found)


def test_what_a_shop_may_answer_is_left_out(tmp_path):
    file = tmp_path / "clinc.csv"
    with file.open("w", newline="") as lines:
        csv.writer(lines).writerows(
            [("text", "intent"), ("flip a coin", "flip_coin"), ("bye", "goodbye"), ("??", "oos")]
        )
    assert out_of_scope(file) == ["flip a coin", "??"]
