import pytest

from assistant.understanding.ordinals import ordinal


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first one", 1),
        ("first", 1),
        ("the second one", 2),
        ("Second", 2),
        ("the third", 3),
        ("tenth", 10),
        ("1st", 1),
        ("3rd", 3),
        ("number 4", 4),
        ("number two", 2),
        ("#3", 3),
        ("the last one", -1),
        ("第一个", 1),
        ("第二个", 2),
        ("第两个", 2),
        ("第 三 款", 3),
        ("第十款", 10),
        ("第12个", 12),
        ("头一个", 1),
        ("最后一个", -1),
        ("倒数第一个", -1),
    ],
)
def test_place(text, place):
    assert ordinal(text) == place


@pytest.mark.parametrize("text", ["", "the red phone", "那个", "0", "99", "cheaper"])
def test_no_place(text):
    assert ordinal(text) is None


@pytest.mark.parametrize(("text", "place"), [("第十一款", 11), ("第十二个", 12), ("第二十个", 20)])
def test_places_above_ten(text, place):
    assert ordinal(text) == place


@pytest.mark.parametrize("text", ["倒数第二个", "second to last"])
def test_the_last_but_one_is_not_another_place(text):
    assert ordinal(text) in (-2, None)
