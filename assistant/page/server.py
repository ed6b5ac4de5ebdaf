"""Serves the page and watches over it until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from assistant.page.blocks import build
from assistant.page.explore import CSS as EXPLORE_CSS
from assistant.page.explore_desk import Desk
from assistant.stack import BackgroundServer, Stack
from dialogue.server import RasaState, free_port

_HERE = Path(__file__).parent
_RASA_LIMIT = 180.0


def _secret(file: Path) -> str:
    """Return the secret that seals sessions in browsers; made once, readable by the owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(32))
    return file.read_text("utf-8")


def page_app(stack: Stack, desk: Desk | None = None) -> FastAPI:
    """Return the web application: the page at `/`, and `/health` for those who watch it.

    `desk` answers the Explore tab; close it with the server.
    """
    app = FastAPI(title="Shopping assistant", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, object]:
        return {"page": "up", "rasa": stack.rasa.state.value, "rasa_restarts": stack.rasa.restarts}

    blocks = build(stack, _secret(stack.settings.var / "secret"), desk or Desk(stack))
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        show_error=False,
        css_paths=[_HERE / "style.css", EXPLORE_CSS],
        js=(_HERE / "script.js").read_text("utf-8"),
        theme=gr.themes.Soft(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        ssr_mode=False,
    )


def serve_page(stack: Stack, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until the process is told to end.

    Raises `RuntimeError` when the port can't be opened.
    """
    desk = Desk(stack)
    server = BackgroundServer(page_app(stack, desk), host, port or free_port())
    server.start()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    say(f"The page is open at http://{shown}:{server.port}  (Ctrl-C ends it)")
    threading.Thread(target=_tell, args=(stack, say, ended), daemon=True).start()
    ended.wait()
    say("Stopping …")
    server.stop()
    desk.close()


def _tell(stack: Stack, say: Callable[[str], None], ended: threading.Event) -> None:
    """Say at the terminal once the dialogue server is up, or why it is not."""
    told = None
    while not ended.wait(0.5):
        state = stack.rasa.state
        if state is told:
            continue
        if state is RasaState.RUNNING:
            say("The dialogue server is up: the assistant answers.")
        elif state is RasaState.FAILED:
            say(f"The dialogue server can't start: {stack.rasa.problem}. The page says so and it is tried again.")
        elif told is not None:
            say("The dialogue server died and is being started again.")
        told = state
