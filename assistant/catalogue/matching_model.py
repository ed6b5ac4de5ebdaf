"""The logistic regression that says how likely two products of different feeds are the same.

Its coefficients are in `matching.json`; `python -m benchmarks.matching train` makes them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from pydantic import model_validator

from assistant.catalogue.matching_features import FEATURES
from assistant.product import Value

FILE = Path(__file__).with_name("matching.json")


class MatchingModel(Value):
    """Coefficients by name of feature, the threshold from which pairs are joined, and what it was trained on."""

    coefficients: dict[str, float]
    intercept: float
    threshold: float
    margin: float
    trained_on: dict[str, int]

    @model_validator(mode="after")
    def _complete(self) -> MatchingModel:
        if tuple(self.coefficients) != FEATURES:
            odd = sorted(set(self.coefficients) ^ set(FEATURES)) or "another order"
            raise ValueError(
                f"the coefficients are not those of this version's features ({odd}); "
                "train again: python -m benchmarks.matching train"
            )
        return self

    def log_odds(self, rows: np.ndarray) -> np.ndarray:
        """Return the log-odds of being the same (n) of feature rows (n × features)."""
        return rows @ np.array(list(self.coefficients.values())) + self.intercept


def probability(log_odds: float) -> float:
    """Return the probability (0 to 1) of log-odds."""
    return float(1 / (1 + np.exp(-log_odds)))


@cache
def bundled_model() -> MatchingModel:
    """Return the model that comes with the product."""
    return MatchingModel.model_validate_json(FILE.read_text("utf-8"))
