"""`kg`: what can be done with the knowledge graph alone."""

from __future__ import annotations

import typer

from assistant.cli import kg_check, kg_store

app = typer.Typer(no_args_is_help=True, help="Check, dump and load the knowledge graph.")
app.command("dump")(kg_store.dump_command)
app.command("load")(kg_store.load_command)
app.command("check")(kg_check.check_command)
