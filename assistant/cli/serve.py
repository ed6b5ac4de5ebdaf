"""`serve`: the page and everything behind it."""

from __future__ import annotations

from typing import Annotated

from rich.markup import escape
from typer import Option

from assistant.catalogue.store import StoreError
from assistant.cli.catalogue import StoreOption
from assistant.cli.console import busy, fail, say
from assistant.cli.prepare import build, build_models
from assistant.settings import settings
from assistant.stack import Stack
from dialogue.server import RasaError


def serve(
    store: StoreOption = None,
    host: Annotated[str | None, Option(help="Address to listen on (default: this machine only).")] = None,
    port: Annotated[int | None, Option(help="Port of the page.")] = None,
) -> None:
    """Build what is missing and start the page; Ctrl-C ends it and everything that it started."""
    from assistant.page.server import serve_page  # imports Gradio: seconds that no other command needs

    config = settings()
    if store is None:
        build(config)
    else:
        build_models(config)
    stack = None
    try:
        with busy("Loading the catalogue and the models …"):
            stack = Stack(config, store, keep=True)
            stack.start()
        serve_page(stack, host or config.host, config.port if port is None else port, say)
    except (StoreError, RasaError, RuntimeError) as error:
        raise fail(escape(str(error))) from error
    finally:
        if stack:
            stack.stop()
