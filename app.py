"""Starts it all: the page, the action endpoint and Rasa."""

import sys

from assistant.cli.main import app

if __name__ == "__main__":
    app(["serve", *sys.argv[1:]])
