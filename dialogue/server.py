"""The Rasa server as a child process on loopback: started, watched, and started again when it dies."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import structlog

ROOT = Path(__file__).resolve().parent.parent
_START_LIMIT = 180.0
_POLL = 0.3
_PR_SET_PDEATHSIG = 1
_log = structlog.get_logger("rasa")


class RasaState(StrEnum):
    """What the server is doing."""

    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    STOPPED = "stopped"


class RasaError(RuntimeError):
    """Rasa can't be started or reached; says why and what to do."""


@dataclass(frozen=True)
class RasaFiles:
    """What a server runs on: its Python, the trained model, the tracker database and the log."""

    python: Path
    model: Path
    trackers: Path
    log: Path


def free_port() -> int:
    """Return a free port on loopback."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(extra: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the environment of every Rasa process: no telemetry, no noise, our components importable."""
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
        **extra,
    }


def _die_with_parent() -> None:
    # Without it a parent that is killed hard would leave a server of 0.7 GB behind.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class RasaServer:
    """Keeps one Rasa server alive; it is restarted with growing pauses, on the same port."""

    def __init__(self, files: RasaFiles, action_url: str, action_token: str) -> None:
        """`action_url` is where Rasa asks for actions; it proves itself with `action_token`."""
        self._files = files
        self._port = free_port()
        # Hexadecimal: one that began with a dash would be taken for an option on the command line.
        self._token = secrets.token_hex(24)
        self._environment = environment(
            {"ACTION_ENDPOINT": action_url, "ACTION_TOKEN": action_token, "TRACKER_DB": str(files.trackers)}
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._watcher: threading.Thread | None = None
        self.state = RasaState.STOPPED
        self.restarts = 0
        self.problem = ""

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """What opens Rasa's HTTP API; made anew for every server."""
        return self._token

    @property
    def pid(self) -> int | None:
        """The process id of the running server."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the server and its watcher; returns at once. To be called in a thread that lives as long as the server.

        Raises `RasaError` when there is no model or no Python for it.
        """
        if not self._files.model.exists():
            raise RasaError(f"no trained dialogue model at {self._files.model}; run: make build")
        if not self._files.python.exists():
            raise RasaError(f"no Python for Rasa at {self._files.python}; run: make setup")
        self._files.log.parent.mkdir(parents=True, exist_ok=True)
        self._files.trackers.parent.mkdir(parents=True, exist_ok=True)
        self._launch()
        self._watcher = threading.Thread(target=self._watch, name="rasa-watcher", daemon=True)
        self._watcher.start()

    def wait(self, seconds: float = _START_LIMIT) -> None:
        """Wait until the server answers.

        Raises `RasaError` with the end of its log when it does not in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._ready.wait(_POLL):
                return
            if self.state is RasaState.FAILED:
                break
        raise RasaError(f"Rasa did not start: {self.problem or 'it took too long'}. Its log: {self._files.log}")

    def stop(self) -> None:
        """End the server and the watcher."""
        self._stopping.set()
        self._ready.clear()
        if self._watcher and self._watcher is not threading.current_thread():
            # Otherwise it could start a server just after the last one was ended.
            self._watcher.join(10)
        process = self._process
        if process and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self.state = RasaState.STOPPED

    def _launch(self) -> None:
        command = [
            str(self._files.python), "-m", "rasa", "run", "--model", str(self._files.model),
            "--endpoints", "dialogue/endpoints.yml", "--credentials", "dialogue/credentials.yml",
            "--interface", "127.0.0.1", "--port", str(self._port), "--enable-api", "--auth-token", self._token,
        ]  # fmt: skip
        self.state = RasaState.STARTING
        with self._files.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        _log.info("rasa.starting", pid=self._process.pid, port=self._port)

    def _answers(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/status", params={"token": self._token}, timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def _watch(self) -> None:
        failures, started = 0, time.monotonic()
        while not self._stopping.is_set():
            assert self._process is not None
            if self._process.poll() is not None:
                self._ready.clear()
                failures = failures + 1 if self.state is not RasaState.RUNNING else 1
                self.problem = self._last_words()
                if failures > 3:
                    self.state = RasaState.FAILED
                    _log.error("rasa.failed", problem=self.problem)
                    self._stopping.wait(30)
                else:
                    self._stopping.wait(0.5 * failures)
                if self._stopping.is_set():
                    return
                _log.warning("rasa.restarting", attempt=failures, exit=self._process.returncode)
                self.restarts += 1
                started = time.monotonic()
                self._launch()
            elif self.state is RasaState.STARTING and self._answers():
                self.state, failures, self.problem = RasaState.RUNNING, 0, ""
                self._ready.set()
                _log.info("rasa.running", seconds=round(time.monotonic() - started, 1))
            self._stopping.wait(_POLL)

    def _last_words(self) -> str:
        lines = self._files.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else f"exit code {self._process.returncode if self._process else None}"
