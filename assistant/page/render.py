"""Cards and the decision panel as HTML. Everything that a shopper or a catalogue wrote is escaped (Jinja2 autoescape)."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.page.texts import TEXTS
from assistant.product import Language, Money
from assistant.reply import Card, Decision, Reply
from assistant.turn.phrase import money

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Line drawings (48 × 48) that stand in for a picture; a category that has none gets the box.
_DRAWINGS = {
    "box": "M8 16 24 8l16 8v16l-16 8-16-8zM8 16l16 8 16-8M24 24v16",
    "phone": "M15 5h18v38H15zM21 38h6",
    "screen": "M5 9h38v24H5zM18 41h12M24 33v8",
    "laptop": "M10 10h28v20H10zM4 36h40l-4-6H8z",
    "headphones": "M8 28v-4a16 16 0 0 1 32 0v4M8 28h6v12H8zM34 28h6v12h-6z",
    "camera": "M5 14h9l3-5h14l3 5h9v25H5zM24 34a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
    "printer": "M13 18V6h22v12M7 18h34v16H7zM13 28h22v14H13z",
    "pot": "M8 20h32v18H8zM4 24h4M40 24h4M14 20a10 6 0 0 1 20 0",
    "home": "M6 24 24 8l18 16M11 20v20h26V20M20 40V28h8v12",
    "shirt": "M16 8 5 14l4 9 5-2v19h20V21l5 2 4-9-11-6a8 8 0 0 1-16 0z",
    "bottle": "M19 5h10v7l4 6v25H15V18l4-6zM15 26h18",
    "toy": "M10 18h28v20H10zM14 18v-6h6v6M28 18v-6h6v6",
    "ball": "M24 43a19 19 0 1 0 0-38 19 19 0 0 0 0 38zM5 24h38M24 5c-10 10-10 28 0 38M24 5c10 10 10 28 0 38",
}
_BY_WORD = {
    "phone": "phone", "手机": "phone", "tablet": "phone", "平板": "phone", "reader": "phone", "tv": "screen", "电视": "screen",
    "monitor": "screen", "显示器": "screen", "laptop": "laptop", "笔记本": "laptop", "headphone": "headphones",
    "耳机": "headphones", "speaker": "headphones", "camera": "camera", "相机": "camera", "print": "printer", "打印": "printer",
    "ink": "printer", "墨": "printer", "kitchen": "pot", "cook": "pot", "锅": "pot", "coffee": "pot", "咖啡": "pot",
    "kettle": "pot", "home": "home", "furniture": "home", "家": "home", "light": "home", "灯": "home", "bedding": "home",
    "shirt": "shirt", "jacket": "shirt", "dress": "shirt", "cloth": "shirt", "衣": "shirt", "裙": "shirt", "sweater": "shirt",
    "trouser": "shirt", "skin": "bottle", "perfume": "bottle", "护肤": "bottle", "makeup": "bottle", "hair": "bottle",
    "toy": "toy", "玩具": "toy", "puzzle": "toy", "game": "toy", "积木": "toy", "sport": "ball", "ball": "ball", "球": "ball",
    "running": "ball", "yoga": "ball", "运动": "ball",
}  # fmt: skip


def _drawing(card: Card) -> str:
    kind = (card.category or "").lower()
    # "headphones" also contains "phone": the longest word that fits is the right one.
    fitting = [word for word in _BY_WORD if word in kind]
    return _DRAWINGS[_BY_WORD[max(fitting, key=len)] if fitting else "box"]


def _stars(rating: Decimal) -> str:
    """Return five stars, as many of them full as the rounded rating says."""
    full = min(5, int(rating + Decimal("0.5")))
    return "★" * full + "☆" * (5 - full)


def _hue(card: Card) -> int:
    """Return a colour angle that a brand keeps."""
    return hashlib.sha256((card.brand or card.category or card.id).encode()).digest()[0] * 360 // 256


def _link(address: str | None) -> str | None:
    """Return a web address, or None for anything else (`javascript:` and the like)."""
    try:
        return address if address and urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def cards_html(reply: Reply) -> str:
    """Return the cards of a reply."""

    def price(amount: Decimal, card: Card) -> str:
        return money(amount, card.currency or "USD", reply.language)

    return _ENVIRONMENT.get_template("cards.html").render(
        cards=reply.cards, t=TEXTS[reply.language], money=price, hue=_hue, drawing=_drawing, link=_link, stars=_stars
    )


def comparison_html(reply: Reply) -> str:
    """Return the table of compared products; nothing where none were compared."""
    if not reply.comparison:
        return ""
    return _ENVIRONMENT.get_template("comparison.html").render(c=reply.comparison, t=TEXTS[reply.language])


def cart_html(reply: Reply) -> str:
    """Return the cart of a reply; nothing where it is empty or not talked about."""
    if not reply.cart or not reply.cart.lines:
        return ""

    def amount(value: Money) -> str:
        return money(value.amount, value.currency, reply.language)

    return _ENVIRONMENT.get_template("cart.html").render(cart=reply.cart, t=TEXTS[reply.language], money=amount)


def decision_html(decision: Decision, language: Language) -> str:
    """Return how a turn was decided."""
    return _ENVIRONMENT.get_template("decision.html").render(d=decision, t=TEXTS[language])
