"""Cells of shop files to typed values: numbers, money, ratings, counts, availability, GTINs, links.

Every function takes a cell as it was read (text, a number, a bool, a small object), returns None for an
empty one and raises ValueError with one short reason for a broken one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from urllib.parse import urlsplit

from babel import Locale
from babel.numbers import get_currency_precision, is_currency

from assistant.product import Availability, Money

_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_DOT_GROUPS = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_SPACE_GROUPS = re.compile(r"[+-]?\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d{1,2}")
_ONE_DOT_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_AMOUNT = re.compile(
    r"(?P<before>[^\d+\-.,]*(?:(?<=[A-Za-z])\.)?)\s*"
    r"(?P<number>[+-]?\s?[\d.][\d.,' ]*?)(?:[.,]-+)?\s*(?P<after>[^\d.,]*)"
)
_STARS = re.compile(r"(.+?)\s*(?:(?:/|out of)\s*5(?:\.0)?|stars?|星|分)?", re.IGNORECASE)
_BLANKS = frozenset(("", "-", "--", "—", "n/a", "null"))
_TYPOGRAPHY = str.maketrans("’−–", "'--")
_MAX_MAGNITUDE = 30
# Longer cells are no amounts, and the patterns need not be fast on them.
_LONGEST = 60

# Currencies of places that write 1.299 for one thousand two hundred and ninety-nine.
_DOT_GROUPED = frozenset(
    ["ARS", "BRL", "CLP", "COP", "CRC", "DKK", "EUR", "IDR", "ISK", "PYG", "RSD", "TRY", "UYU", "VND"]
)
_OWN_SYMBOLS = {
    "元": "CNY", "块": "CNY", "圆": "CNY", "rmb": "CNY", "yuan": "CNY", "円": "JPY", "¥": "CNY", "us $": "USD",
    "zł": "PLN", "kč": "CZK", "ft": "HUF", "₽": "RUB", "₺": "TRY", "฿": "THB", "rm": "MYR", "rp": "IDR", "rs": "INR",
    "s$": "SGD", "c$": "CAD", "港币": "HKD", "欧": "EUR", "日圆": "JPY", "台币": "TWD", "euro": "EUR", "euros": "EUR",
    "dollar": "USD", "dollars": "USD",
}  # fmt: skip
# Symbols that several currencies share: the catalogue's own currency decides if it is one of these.
_SHARED = {
    "$": frozenset(["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"]),
    "¥": frozenset(("CNY", "JPY")),
    "元": frozenset(("CNY", "TWD", "HKD")),
    "kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
}
_AVAILABILITY = {
    Availability.IN_STOCK: (
        "in stock|instock|available|available for order|limited availability|limitedavailability|low stock|yes|true|y"
        "|onlineonly|online only|instoreonly|in store only|madetoorder|active|有货|现货|有|是|充足|库存紧张|在售|有库存"
    ),
    Availability.OUT_OF_STOCK: (
        "out of stock|outofstock|sold out|soldout|unavailable|not available|discontinued|no|false|n|reserved"
        "|无货|缺货|售罄|没货|无|否|断货|下架|停产|已售完|暂无库存|无库存"
    ),
    Availability.PREORDER: "preorder|pre order|presale|pre sale|coming soon|预售|预订|预定|预购",
    Availability.BACKORDER: "backorder|back order|on order|补货中|到货通知|缺货可订",
}
_WORDS = {word: kind for kind, words in _AVAILABILITY.items() for word in words.split("|")}


def shown(value: object) -> str:
    """Return `value` quoted for a message, cut to 40 characters."""
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")


def is_blank(value: object) -> bool:
    """Tell whether a cell says nothing: None, an empty text, list or object, a dash, `n/a` or `null`."""
    if isinstance(value, str):
        return value.strip().casefold() in _BLANKS
    return value is None or (isinstance(value, (list, tuple, dict)) and not value)


def bounded(number: Decimal) -> Decimal:
    """Return `number` if it is finite and of a sane size, or raise ValueError."""
    if not number.is_finite():
        raise ValueError(f"{number} is not a number")
    if number and abs(number.adjusted()) > _MAX_MAGNITUDE:
        raise ValueError(f"{number:.3E} is out of range")
    return number


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().translate(_TYPOGRAPHY)


def parse_number(value: object) -> Decimal:
    """Return a number however it is grouped: 1299, "1,299.00", "1.299,00", "1 299,5", "12,5"."""
    if isinstance(value, bool):
        raise ValueError(f"{value} is not a number")
    if isinstance(value, (int, float, Decimal)):
        return bounded(Decimal(str(value)) if isinstance(value, float) else Decimal(value))
    text = _narrow(str(value))
    if _PLAIN.fullmatch(text):
        digits = text
    elif _COMMA_GROUPS.fullmatch(text):
        digits = text.replace(",", "")
    elif _DOT_GROUPS.fullmatch(text):
        digits = text.replace(".", "").replace(",", ".")
    elif _SPACE_GROUPS.fullmatch(text) or _COMMA_DECIMAL.fullmatch(text):
        digits = text.replace(" ", "").replace("'", "").replace(",", ".")
    else:
        raise ValueError(f"{shown(value)} is not a number")
    try:
        return bounded(Decimal(digits))
    except InvalidOperation as error:
        raise ValueError(f"{shown(value)} is not a number") from error


@cache
def _symbols() -> dict[str, str]:
    table: dict[str, str] = {}
    for language in ("en", "zh", "fr", "de", "es", "it", "ja"):
        locale = Locale(language)
        for code, symbol in locale.currency_symbols.items():
            if len(code) == 3 and is_currency(code):
                table.setdefault(unicodedata.normalize("NFKC", symbol).casefold(), code)
        for code in ("USD", "EUR", "GBP", "JPY", "CNY", "HKD", "TWD", "KRW", "AUD", "CAD", "SGD"):
            table.setdefault(locale.currencies[code].casefold(), code)
    return table | _OWN_SYMBOLS


def currency_of(token: str, default: str | None = None) -> str | None:
    """Return the ISO 4217 code that `token` ("$", "US$", "EUR", "元", "¥") means, None if it is none.

    A symbol that several currencies share means `default` if that is one of them.
    """
    token = unicodedata.normalize("NFKC", token).strip().rstrip(".").casefold()
    if default in _SHARED.get(token, ()):
        return default
    if len(token) == 3 and token.isascii() and is_currency(token.upper()):
        return token.upper()
    return _symbols().get(token)


def _amount(text: str, currency: str) -> Decimal:
    is_grouped = currency in _DOT_GROUPED or get_currency_precision(currency) == 0
    if is_grouped and _ONE_DOT_GROUP.fullmatch(text):
        return parse_number(text.replace(".", ""))
    return parse_number(text)


def parse_money(value: object, currency: str | None = None) -> Money | None:
    """Return the money of 699, "699.00", "$699", "1.299,00 €", "¥2,999", "3999元" or an amount object.

    A currency written with the amount wins over `currency`; there must be one of the two.
    """
    if is_blank(value):
        return None
    if isinstance(value, Mapping):
        amounts = [value[key] for key in ("amount", "value", "price") if not is_blank(value.get(key))]
        codes = [str(value[key]) for key in ("currency", "currency_code", "currencyCode") if value.get(key)]
        if not amounts:
            raise ValueError(f"{shown(dict(value))} has no amount")
        return parse_money(amounts[0], codes[0] if codes else currency)
    if isinstance(value, str):
        text = _narrow(value)
        parts = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
        if parts is None:
            raise ValueError(f"{shown(value)} is not an amount of money")
        signed = parts["number"][0] in "+-"
        number: object = parts["number"].replace(" ", "") if signed else parts["number"].strip()
        for token in (parts["before"], parts["after"]):
            if token.strip(" ."):
                if (code := currency_of(token, currency)) is None:
                    raise ValueError(f"{shown(value)} is not an amount of money")
                currency = code
    else:
        number = value
    if not currency:
        raise ValueError(f"{shown(value)} has no currency: name it in the file or give a default currency")
    code = currency.strip().upper()
    if not is_currency(code):
        raise ValueError(f"currency {shown(currency)} is not an ISO 4217 code such as USD or CNY")
    amount = _amount(number, code) if isinstance(number, str) else parse_number(number)
    if amount < 0:
        raise ValueError(f"{shown(value)} is negative")
    return Money(amount=amount, currency=code)


def parse_rating(value: object, best: object = None) -> Decimal | None:
    """Return stars, 0 to 5, of 4.5, "4.5", "4.5/5", "4.5 out of 5" or "4.5星".

    `best` is the top of another scale: the rating is brought to five stars.
    """
    if is_blank(value):
        return None
    match = _STARS.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None
    stars = parse_number(match[1] if match else value)
    top = Decimal(5) if is_blank(best) else parse_number(best)
    if top <= 0 or not 0 <= stars <= top:
        raise ValueError(f"{shown(value)} is not between 0 and {top}")
    return stars if top == 5 else (stars * 5 / top).quantize(Decimal("0.01"))


def parse_count(value: object) -> int | None:
    """Return a whole number, not negative, of 23, "1,234", "23.0", "99+" or "23件"."""
    if is_blank(value):
        return None
    text = value.strip().rstrip("+件个台条只 ") if isinstance(value, str) else value
    number = parse_number(text)
    if number < 0 or number != number.to_integral_value():
        raise ValueError(f"{shown(value)} is not a whole number from 0 up")
    return int(number)


def parse_availability(value: object) -> Availability | None:
    """Return what a word such as "in stock", "https://schema.org/SoldOut", "预售" or a bool says."""
    if is_blank(value):
        return None
    word = re.split(r"[/:]", str(value).strip().rstrip("/"))[-1]
    kind = _WORDS.get(re.sub(r"[\s_-]+", " ", word).casefold())
    if kind is None:
        raise ValueError(f"{shown(value)} is not known; write in stock, out of stock, preorder or backorder")
    return kind


def gtin(value: object) -> str | None:
    """Return `value` as a GTIN of 8, 12, 13 or 14 digits if its check digit is right, else None.

    Method: GS1 General Specifications, 7.9 (weights 3 and 1 from the right).
    """
    digits = re.sub(r"[\s'-]", "", str(value))
    if len(digits) not in (8, 12, 13, 14) or not (digits.isascii() and digits.isdigit()) or not int(digits):
        return None
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return digits if total % 10 == 0 else None


def web_address(value: object) -> str | None:
    """Return an http(s) or relative address, or None: other schemes have no place in a chat page."""
    address = str(value).strip()
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return None
    is_fit = scheme in ("", "http", "https") and not re.search(r"[<>\"\x00-\x1f]", address)
    return address if address and is_fit else None
