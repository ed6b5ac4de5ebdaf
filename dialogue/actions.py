"""Answers Rasa's calls for actions: its tracker becomes our values, our reply becomes its events."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool

from assistant.product import Language
from assistant.reply import Decision, Reply
from assistant.turn.turn import Turn
from assistant.turn.update import Act
from assistant.understanding.understood import Parse
from dialogue.tracker import SLOT, state_of

_PREFIX = "action_"
_SORRY: dict[Language, str] = {
    "en": "Something went wrong on my side. Please say that again in a moment.",
    "zh": "我这边出了点问题，请稍后再说一遍。",
}
_log = structlog.get_logger("actions")


def answer(turn: Turn, call: dict[str, Any]) -> dict[str, Any]:
    """Run the action that Rasa's policies chose and return Rasa's `{events, responses}`."""
    tracker = call["tracker"]
    message = tracker.get("latest_message") or {}
    metadata = message.get("metadata") or {}
    state = state_of(tracker)
    parse = Parse.from_rasa(message)
    try:
        act = Act(str(call["next_action"]).removeprefix(_PREFIX))
        reply, state = turn.run(act, parse, state, metadata, str(tracker.get("sender_id") or ""))
    except Exception:
        # Whatever breaks in one turn, the conversation and what is remembered of it go on.
        _log.exception("turn.failed", action=call.get("next_action"))
        text = _SORRY[state.language]
        reply = Reply(
            text=text, language=state.language, decision=Decision(intent=parse.intent, confidence=parse.confidence)
        )
    return {
        "events": [{"event": "slot", "name": SLOT, "value": state.model_dump(mode="json", exclude_defaults=True)}],
        "responses": [{"text": reply.text, "custom": {"reply": reply.model_dump(mode="json")}}],
    }


def action_app(turn: Turn, token: str) -> FastAPI:
    """Return the application that only Rasa may call: every request has to carry `token`."""
    app = FastAPI(title="Action endpoint", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/webhook")
    async def webhook(call: dict[str, Any], key: str = "") -> dict[str, Any]:
        if not secrets.compare_digest(key.encode(), token.encode()):
            raise HTTPException(403, "this endpoint answers only the dialogue server")
        return await run_in_threadpool(answer, turn, call)

    return app
