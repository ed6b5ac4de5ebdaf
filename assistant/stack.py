"""Everything that a conversation needs, started together: models, catalogue, action endpoint, Rasa."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

import uvicorn
from wordfreq import get_frequency_dict

from assistant.catalogue.store import CatalogueHandle
from assistant.settings import Settings
from assistant.turn.turn import Turn
from assistant.watch.book import WatchBook
from dialogue.actions import action_app
from dialogue.client import RasaClient
from dialogue.server import RasaError, RasaFiles, RasaServer, free_port
from dialogue.train import MODEL
from retrieval.encoder import Encoder
from retrieval.models import load_encoder, load_reranker

_START_LIMIT = 20.0


class BackgroundServer:
    """An ASGI application served from a thread."""

    def __init__(self, app: object, host: str, port: int) -> None:
        """Prepare to serve `app` on `host:port`."""
        self.port = port
        config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)  # type: ignore[arg-type]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name=f"http-{port}", daemon=True)

    def start(self) -> None:
        """Serve; returns once the port is open.

        Raises `RuntimeError` when it does not open, most often because it is taken.
        """
        self._thread.start()
        deadline = time.monotonic() + _START_LIMIT
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(
                    f"port {self.port} could not be opened; is it taken? Set ASSISTANT_PORT to another one"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(5)


class Stack:
    """Starts and stops what a turn needs; use as a context manager."""

    def __init__(self, settings: Settings, store: Path | None = None, *, keep: bool = False) -> None:
        """Serve the catalogue in `store`; conversations are kept over restarts only with `keep`.

        Raises `StoreError` when nothing was ingested there.
        """
        self.settings = settings
        self._handle = CatalogueHandle((store or settings.store).resolve())
        # Rasa takes longest to start: everything else is loaded meanwhile.
        self._token = secrets.token_urlsafe(24)
        port = free_port()
        self._scratch = None if keep else tempfile.TemporaryDirectory(prefix="assistant-")
        trackers = Path(self._scratch.name) / "trackers.db" if self._scratch else settings.var / "trackers.db"
        files = RasaFiles(
            settings.rasa_python, settings.var / "rasa" / MODEL, trackers, settings.var / "log" / "rasa.log"
        )
        self.rasa = RasaServer(files, f"http://127.0.0.1:{port}/webhook", self._token)
        self._port = port
        self._actions: BackgroundServer | None = None
        self._book: WatchBook | None = None
        self.client = RasaClient(self.rasa.url, self.rasa.token)
        self.encoder: Encoder | None = None
        self.turn: Turn | None = None

    @property
    def catalogue(self) -> CatalogueHandle:
        """The catalogue that is served."""
        return self._handle

    def start(self) -> None:
        """Start everything but do not wait for Rasa."""
        opened = self._handle.get()
        self.rasa.start()
        config = self.settings
        self.encoder = encoder = load_encoder(config.models, config.encoder, threads=config.threads)
        reranker = load_reranker(config.models, config.reranker, threads=config.threads)
        if encoder.name != opened.meta.encoder:
            raise RasaError(
                f"the catalogue was embedded with {opened.meta.encoder}, the encoder now is {encoder.name}; ingest it again"
            )
        # What is not kept over restarts is nothing to wait for.
        scratch = f"sqlite:///{Path(self._scratch.name) / 'watch.db'}" if self._scratch else ""
        self._book = WatchBook(scratch or config.watch_url)
        self.turn = Turn(self._handle, encoder, reranker, config, self._book)
        # Read now, not in the first shopper's turn.
        _ = opened.gazetteer, opened.names, opened.leaf_categories
        for language in ("en", "zh"):
            get_frequency_dict(language)
        encoder.queries(["warm up"])
        reranker.scores("warm up", ["warm up"])
        self._actions = BackgroundServer(action_app(self.turn, self._token), "127.0.0.1", self._port)
        self._actions.start()

    def stop(self) -> None:
        """Stop everything that was started."""
        self.rasa.stop()
        if self._actions:
            self._actions.stop()
        if self._book:
            self._book.close()
        if self._scratch:
            self._scratch.cleanup()

    def __enter__(self) -> Stack:
        """Start, and wait until Rasa answers."""
        try:
            self.start()
            self.rasa.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
