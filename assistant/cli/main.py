"""Puts the commands together and turns expected errors into one clear sentence."""

from __future__ import annotations

import logging
import os
import sys

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console

from assistant.cli import (
    catalogue,
    converse,
    evaluate,
    kg,
    kg_eval,
    kg_matching,
    kg_train,
    nlu,
    prepare,
    serve,
    talk,
    train,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A shopping assistant over your own catalogue, in English and Chinese.",
)
app.command("prepare")(prepare.prepare)
app.command("ingest")(catalogue.ingest_command)
app.command("search")(talk.search)
app.command("chat")(talk.chat)
app.command("converse")(converse.converse)
app.command("serve")(serve.serve)
evaluate.app.command("nlu")(nlu.eval_nlu)
train.app.command("nlu")(nlu.train_nlu)
evaluate.app.command("relations")(kg_eval.eval_relations)
evaluate.app.command("matching")(kg_matching.eval_matching)
train.app.command("kg")(kg_train.train_kg)
app.add_typer(kg.app, name="kg")
app.add_typer(evaluate.app, name="eval")
app.add_typer(train.app, name="train")


@app.callback()
def start() -> None:
    """Check the settings and set up the log (on standard error)."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # Rich's tracebacks take seconds, in the middle of a turn.
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    from assistant.settings import settings

    try:
        settings()
    except ValidationError as error:
        console = Console(stderr=True)
        for problem in error.errors():
            name = (
                "ASSISTANT_" + "_".join(str(part) for part in problem["loc"]).upper() if problem["loc"] else "settings"
            )
            console.print(f"[red]{name}[/]: {problem['msg']}", highlight=False)
        raise typer.Exit(2) from None
