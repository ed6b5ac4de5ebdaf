import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.nlu.data import DataError, Example, Span, mark, parse, read, unique

ENTITIES = st.sampled_from(["brand", "colour", "product"])
WORDS = st.text("ab 手机,", min_size=1, max_size=8)


def test_a_marked_line_is_read():
    found = parse('not [Apple]{"entity": "brand", "role": "not"}, a [black](colour) one', "refine")
    assert found == Example(
        "not Apple, a black one", "refine", (Span(4, 9, "brand", "not"), Span(13, 18, "colour"))
    )  # fmt: skip


@given(st.lists(st.tuples(WORDS, WORDS, ENTITIES, st.sampled_from([None, "not", "soft"])), max_size=4))
def test_what_is_written_is_read_back(parts):
    text, spans = "", []
    for before, words, entity, role in parts:
        text += before
        spans.append(Span(len(text), len(text) + len(words), entity, role))
        text += words
    example = Example(text, "search", tuple(spans))
    assert parse(mark(example), "search") == example


def test_the_first_of_the_same_texts_is_kept():
    first, again, other = Example("Any  black", "refine"), Example("any black", "search"), Example("no", "deny")
    assert unique([first, again, other]) == [first, other]


def test_a_broken_file_is_named(tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text("nlu: [{intent: search}]", "utf-8")
    with pytest.raises(DataError, match=r"broken\.yml"):
        read(file)


@pytest.mark.parametrize(("text", "language"), [("iphone", "en"), ("iphone手机", "zh")])
def test_language(text, language):
    assert Example(text, "search").language == language
