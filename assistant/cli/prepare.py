"""`prepare`: builds what is missing, in the order in which one thing needs another."""

from __future__ import annotations

from rich.markup import escape

from assistant.cli.catalogue import ingest_command
from assistant.cli.console import fail, say
from assistant.settings import ROOT, Settings, settings

DEMO = ROOT / "assistant" / "demo"


def prepare() -> None:
    """Build the models, train the dialogue model and read the demo catalogue, each only where it is missing or old."""
    build(settings())
    say("Everything is built.")


def build(config: Settings) -> None:
    """Do what `prepare` does, silently where nothing is missing; a shop's own catalogue stays.

    Raises `typer.Exit` with the reason printed when something can't be built.
    """
    build_models(config)
    if not (config.store / "CURRENT").exists():
        say("Reading the demo catalogue …")
        ingest_command([DEMO])


def build_models(config: Settings) -> None:
    """Build the models and Rasa's policies where they are missing or older than what they are made from.

    Raises `typer.Exit` with the reason printed when something can't be built.
    """
    from dialogue.nlu.build import build_nlu
    from dialogue.train import TrainingError, train_if_needed
    from retrieval.models import build_encoder, build_reranker

    if not config.encoder:
        build_encoder(config.models, say)
    if not config.reranker:
        build_reranker(config.models, say)
    build_nlu(config.models, say)
    try:
        train_if_needed(config.rasa_python, config.var / "rasa", say)
    except TrainingError as error:
        raise fail(escape(str(error))) from error
