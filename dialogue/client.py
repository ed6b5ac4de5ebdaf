"""Talks to the Rasa server: sends a message, gets the reply; waits while Rasa is being restarted."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import structlog

from assistant.reply import Reply
from assistant.state import ShoppingState
from dialogue.server import RasaError
from dialogue.tracker import state_of

_PATIENCE = 60.0
_PAUSE = 0.5
_log = structlog.get_logger("client")


class RasaClient:
    """One conversation a sender; a sender id is a secret that our process issues."""

    def __init__(self, url: str, token: str = "") -> None:
        """`url` is the Rasa server's, `token` opens its API."""
        self._http = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(120, connect=2), trust_env=False)
        self._token = token

    async def send(self, sender: str, text: str, metadata: dict[str, Any] | None = None) -> Reply:
        """Send what a shopper typed.

        A leading slash is dropped: to Rasa it would be a command and not something said.

        Raises `RasaError` when Rasa stays away or answers nothing.
        """
        return await self._post(sender, text.lstrip("/ \t\n") or "?", metadata)

    async def act(self, sender: str, intent: str, metadata: dict[str, Any] | None = None) -> Reply:
        """Send something that was done, not said (a chip was removed): `intent` is sure, nothing is parsed."""
        return await self._post(sender, "/" + intent, metadata)

    async def _post(self, sender: str, message: str, metadata: dict[str, Any] | None) -> Reply:
        body = {"sender": sender, "message": message, "metadata": metadata or {}}
        deadline, waited = time.monotonic() + _PATIENCE, False
        while True:
            try:
                answer = await self._http.post("/webhooks/rest/webhook", json=body)
                answer.raise_for_status()
                break
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                # Rasa may have died in this very turn: its supervisor starts it again, the message is not lost.
                if time.monotonic() > deadline:
                    raise RasaError("the dialogue server does not answer; it is being restarted") from error
                if not waited:
                    _log.warning("client.waiting", error=type(error).__name__)
                waited = True
                await asyncio.sleep(_PAUSE)
        replies = [m["custom"]["reply"] for m in answer.json() if "reply" in (m.get("custom") or {})]
        if not replies:
            raise RasaError("the dialogue server answered nothing; its log says why")
        return Reply.model_validate(replies[-1])

    async def transcript(self, sender: str) -> list[str | Reply]:
        """Return what was said in a conversation, in order: shopper's texts and our replies."""
        said: list[str | Reply] = []
        for event in (await self._tracker(sender)).get("events") or ():
            if event["event"] == "user" and event.get("text") and not event["text"].startswith("/"):
                said.append(event["text"])
            elif event["event"] == "bot" and "reply" in ((event.get("data") or {}).get("custom") or {}):
                said.append(Reply.model_validate(event["data"]["custom"]["reply"]))
        return said

    async def state(self, sender: str) -> ShoppingState:
        """Return what is remembered of a conversation."""
        return state_of(await self._tracker(sender))

    async def _tracker(self, sender: str) -> dict[str, Any]:
        answer = await self._http.get(f"/conversations/{sender}/tracker", params={"token": self._token})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
