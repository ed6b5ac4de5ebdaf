"""`kg`: what can be done with the knowledge graph alone."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Check, dump and load the knowledge graph.")
