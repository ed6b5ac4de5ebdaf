"""`python -m assistant`."""

from assistant.cli.main import app

app()
