import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.script import simplified


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("五千塊以內的筆記型電腦", "五千块以内的笔记型电脑"),
        ("要銀色的", "要银色的"),
        ("iPhone", "iPhone"),
        ("手机", "手机"),
    ],
)
def test_traditional_is_read_as_simplified(text, read):
    assert simplified(text) == read


@given(st.text("ab 1，臺灣電腦头发头髮乾干後后", max_size=20))
def test_every_character_keeps_its_place(text):
    assert len(simplified(text)) == len(text)
