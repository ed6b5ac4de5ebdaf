"""Traditional characters are read as simplified ones, the script of the glossaries (OpenCC's tables)."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter() -> OpenCC:
    # Half a second: only when somebody writes Chinese.
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Return `text` in simplified characters, each at its place; where a phrase would change its length, as it was."""
    if not _HAN.search(text):
        return text
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else text
