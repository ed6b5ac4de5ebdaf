"""The command line, `python -m assistant …`: one file a group of commands."""
