"""Units of measure: the symbol that the project writes for each spelling, English and Chinese."""

from __future__ import annotations

import unicodedata

_SPELLINGS = {
    "in": "in|inch|inches|英寸|寸|\"|''|″|”",
    "cm": "cm|厘米|公分|centimetre|centimetres|centimeter|centimeters",
    "mm": "mm|毫米|millimetre|millimetres|millimeter|millimeters",
    "m": "m|米|metre|metres|meter|meters",
    "km": "km|公里", "ft": "ft|feet|foot|英尺", "m²": "m²|m2|平方米|㎡|sqm",
    "mg": "mg|毫克", "g": "g|克|gram|grams|gr", "kg": "kg|kgs|千克|公斤|kilogram|kilograms",
    "lb": "lb|lbs|磅|pound|pounds", "oz": "oz|盎司|ounce|ounces", "fl oz": "fl oz|fl. oz|fl. oz.",
    "ml": "ml|mL|毫升|millilitre|millilitres|milliliter|milliliters",
    "l": "l|L|升|litre|litres|liter|liters|ltr",
    "kB": "kB|KB", "MB": "MB", "GB": "GB|gigabyte|gigabytes", "TB": "TB|terabyte|terabytes",
    "Mbps": "Mbps|Mbit/s", "Gbps": "Gbps|Gbit/s",
    "Hz": "Hz|赫兹|hertz", "kHz": "kHz", "MHz": "MHz", "GHz": "GHz",
    "mAh": "mAh|毫安时|毫安", "Ah": "Ah", "Wh": "Wh|瓦时", "kWh": "kWh|千瓦时",
    "W": "W|瓦|watt|watts|瓦特", "kW": "kW|千瓦", "V": "V|伏|伏特|volt|volts", "A": "A|安培|amp|amps", "mA": "mA",
    "h": "h|hr|hrs|hour|hours|小时|个小时|时", "min": "min|mins|minute|minutes|分钟",
    "s": "s|sec|secs|second|seconds|秒", "ms": "ms|毫秒", "day": "day|days|天", "week": "week|weeks|周",
    "month": "month|months|个月|月", "year": "year|years|yr|yrs|年",
    "MP": "MP|Mpx|megapixel|megapixels", "px": "px|像素", "dpi": "dpi",
    "nit": "nit|nits|尼特|cd/m²|cd/m2", "lm": "lm|lumen|lumens|流明", "dB": "dB|分贝|dBA|dB(A)",
    "ppm": "ppm|页/分钟|页/分", "fps": "fps|帧", "rpm": "rpm|转/分|转/分钟", "bar": "bar|巴", "Nm": "Nm",
    "°C": "°C|℃|摄氏度", "°F": "°F|℉", "%": "%|percent", "kcal": "kcal|千卡|大卡", "ATM": "ATM", "BTU": "BTU",
    "pcs": "pcs|pc|pc(s)|piece|pieces|件|个|只|片|张|支|枚|块|条",
}  # fmt: skip
_EXACT = {unicodedata.normalize("NFKC", word): unit for unit, words in _SPELLINGS.items() for word in words.split("|")}
# One letter tells by its case ("5 G" is no weight, "3 M" no length); longer spellings do not.
_LOOSE = {word.casefold(): unit for word, unit in _EXACT.items() if len(word) > 1}


def unit_of(word: str) -> str | None:
    """Return the symbol of a unit ("inches", "英寸" -> "in"), or None for a word that is no unit."""
    word = unicodedata.normalize("NFKC", word).strip()
    return _EXACT.get(word) or _LOOSE.get(word.casefold())
