"""Reads texts (JSON lines on standard input) with a trained Rasa model; one JSON object a line on standard output."""

import asyncio
import json
import sys
import time

from rasa.core.agent import Agent


def main() -> None:
    """Print intent, probability, spans and milliseconds of each text."""
    agent = Agent.load(sys.argv[1])
    for line in sys.stdin:
        text = json.loads(line)
        started = time.perf_counter()
        parse = asyncio.run(agent.parse_message(text))
        milliseconds = (time.perf_counter() - started) * 1000
        spans = [[e["start"], e["end"], e["entity"], e.get("role")] for e in parse["entities"]]
        intent = parse["intent"]
        row = {"intent": intent["name"], "probability": intent["confidence"], "spans": spans, "ms": milliseconds}
        sys.stdout.write("@" + json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
