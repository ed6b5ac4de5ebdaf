"""Runs scripts against a running assistant."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from pydantic import ValidationError

from assistant.conversations.check import Check, Lookup, checks, wrongs
from assistant.conversations.script import Script, Step
from assistant.reply import Reply
from assistant.state import ShoppingState
from dialogue.server import RasaError


class Speaker(Protocol):
    """What a runner needs of a client."""

    async def send(self, sender: str, text: str, metadata: dict[str, Any] | None = None) -> Reply:
        """Say something."""

    async def act(self, sender: str, intent: str, metadata: dict[str, Any] | None = None) -> Reply:
        """Do something."""

    async def state(self, sender: str) -> ShoppingState:
        """Return what is remembered."""


@dataclass(frozen=True)
class Spoken:
    """One turn as it went."""

    step: Step
    said: str
    reply: Reply | None
    checks: tuple[Check, ...]
    error: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether anything that was expected does not hold."""
        return bool(self.error) or not all(check.holds for check in self.checks)

    @property
    def known(self) -> bool:
        """Whether it failed as its script says it does so far."""
        return self.failed and bool(self.step.fails)


@dataclass
class Outcome:
    """A script as it went."""

    script: Script
    turns: list[Spoken] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any turn failed."""
        return any(turn.failed for turn in self.turns)

    @property
    def known(self) -> str:
        """Why it is known to fail so far; empty when it holds, or when something else than that failed too."""
        wrong = [turn for turn in self.turns if turn.failed]
        if not wrong or not (self.script.fails or all(turn.known for turn in wrong)):
            return ""
        return self.script.fails or "; ".join(dict.fromkeys(turn.step.fails for turn in wrong))

    @property
    def seconds(self) -> float:
        """How long it took."""
        return sum(turn.seconds for turn in self.turns)


async def run(script: Script, client: Speaker, lookup: Lookup, kill_rasa: Callable[[], None] | None = None) -> Outcome:
    """Speak a script, each speaker in a conversation of its own; every turn is checked, also after a failure."""
    outcome = Outcome(script)
    senders: dict[str, str] = {}
    last: dict[str, Reply] = {}
    for step in script.turns:
        if step.kill:
            error = "" if kill_rasa else "this runner can't kill Rasa"
            if kill_rasa:
                kill_rasa()
            outcome.turns.append(Spoken(step, f"({step.kill} is killed)", None, (), error))
            continue
        sender = senders.setdefault(step.speaker, str(uuid.uuid4()))
        spoken = await _turn(step, sender, last.get(step.speaker), client, lookup)
        if spoken.reply:
            last[step.speaker] = spoken.reply
        outcome.turns.append(spoken)
    return outcome


async def _turn(step: Step, sender: str, before: Reply | None, client: Speaker, lookup: Lookup) -> Spoken:
    begun = time.perf_counter()
    text = step.say * step.repeat if step.say is not None else f"[{step.press or step.remove}]"
    try:
        if step.remove is not None:
            key = next((c.key for c in before.chips if re.search(step.remove, c.label, re.I)), None) if before else None
            if key is None:
                return Spoken(step, text, None, (), f"no chip matches /{step.remove}/")
            reply = await client.act(sender, "relax", {"remove": key})
        elif step.press is not None:
            replies = before.quick_replies if before else ()
            payload = next((q.payload for q in replies if re.search(step.press, q.title, re.I)), None)
            if payload is None:
                offered = "; ".join(q.title for q in replies)
                return Spoken(step, text, None, (), f"no suggestion matches /{step.press}/: {offered}")
            reply = await client.send(sender, payload)
        else:
            reply = await client.send(sender, text)
        took = time.perf_counter() - begun
        state = await client.state(sender)
    except (RasaError, httpx.HTTPError, ValidationError) as error:
        # A reply that is none fails its own turn and not the whole run.
        told = str(error) or type(error).__name__
        return Spoken(step, text, None, (), told, time.perf_counter() - begun)
    found = [*checks(step.expect, reply, state, lookup), *wrongs(reply, state, lookup)]
    if step.expect.max_ms is not None:
        limit, ms = step.expect.max_ms, round(took * 1000)
        found.append(Check(f"within {limit} ms", ms <= limit, f"{ms} ms"))
    return Spoken(step, text, reply, tuple(found), "", took)
