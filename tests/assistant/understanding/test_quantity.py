import pytest

from assistant.understanding.quantity import quantity
from assistant.understanding.understood import Parse, RasaEntity


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("two of those please", "two", 2), ("add 3 to my cart", "3", 3), ("a pair of these", "pair", 2), ("来三台", "三台", 3),
        ("要两个", "两个", 2), ("十二个", "十二个", 12), ("a dozen", "dozen", 12), ("add 0", "0", 0), ("add minus five", "five", 0), ("minus two of it", "minus two", 0), ("-3 of them", "3", 0), ("负五个", "五个", 0), ("the WH-3", "3", 3), ("some", "some", None),
        ("来两台", None, 2), ("就买这个", None, None), ("第二个", None, None), ("买5件", None, 5),
    ],
)  # fmt: skip
def test_quantities(text, marked, expected):
    entities = (
        (RasaEntity(entity="quantity", value=marked, start=text.find(marked), end=text.find(marked) + len(marked)),)
        if marked
        else ()
    )
    assert quantity(Parse(text=text, intent="cart_add", confidence=1, entities=entities)) == expected


def test_places_are_no_quantities():
    entities = (RasaEntity(entity="ordinal", value="前两款"),)
    assert quantity(Parse(text="买前两款", intent="cart_add", confidence=1, entities=entities)) is None
