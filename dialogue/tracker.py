"""Reads what is remembered from Rasa's tracker."""

from __future__ import annotations

from typing import Any

import structlog
from pydantic import ValidationError

from assistant.state import ShoppingState

SLOT = "shopping_state"
_log = structlog.get_logger("tracker")


def state_of(tracker: dict[str, Any]) -> ShoppingState:
    """Read the remembered state; one that an older version wrote and that no longer fits starts anew."""
    stored = (tracker.get("slots") or {}).get(SLOT)
    if not stored:
        return ShoppingState()
    try:
        return ShoppingState.model_validate(stored)
    except ValidationError as error:
        _log.warning("state.unreadable", errors=error.error_count())
        return ShoppingState()
