"""UN/CEFACT codes of units of measure (Recommendation 20), which schema.org's `unitCode` takes."""

from __future__ import annotations

UNITS = {
    "MMT": "mm", "CMT": "cm", "MTR": "m", "KMT": "km", "INH": "in", "FOT": "ft", "MTK": "m²", "MGM": "mg", "GRM": "g",
    "KGM": "kg", "LBR": "lb", "ONZ": "oz", "MLT": "ml", "LTR": "l", "OZA": "fl oz", "WTT": "W", "KWT": "kW",
    "VLT": "V", "AMP": "A", "4K": "mA", "HTZ": "Hz", "KHZ": "kHz", "MHZ": "MHz", "A86": "GHz", "HUR": "h",
    "MIN": "min", "SEC": "s", "C26": "ms", "DAY": "day", "WEE": "week", "MON": "month", "ANN": "year", "2P": "kB",
    "4L": "MB", "E34": "GB", "E35": "TB", "E20": "Mbps", "B80": "Gbps", "E09": "mAh", "AMH": "Ah", "WHR": "Wh",
    "KWH": "kWh", "CEL": "°C", "FAH": "°F", "P1": "%", "2N": "dB", "H87": "pcs", "C62": "pcs", "EA": "pcs",
    "LUM": "lm", "A24": "nit", "E37": "px", "E38": "MP", "E39": "dpi", "RPM": "rpm", "BAR": "bar", "NU": "Nm",
    "E14": "kcal", "ATM": "ATM", "BTU": "BTU",
}  # fmt: skip
"""The symbol that the project writes, by code."""
CODES = {symbol: code for code, symbol in reversed(UNITS.items())}
"""The code of a symbol; of several, the one that stands first in `UNITS`."""
