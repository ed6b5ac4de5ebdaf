"""A real SPARQL server for the tests of this folder."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest


@pytest.fixture(scope="session")
def sparql_server():
    """The URL at which an Oxigraph server of its own answers queries; it keeps everything in memory."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("no SPARQL server: pip install oxigraph (it is in requirements.lock)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [program, "serve", "--bind", address], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(100):
            if process.poll() is not None:
                pytest.fail(f"the SPARQL server ended at once: {process.stderr.read()}")
            try:
                httpx.get(f"http://{address}/", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        else:
            pytest.fail(f"the SPARQL server does not answer at {address}")
        yield f"http://{address}/query"
    finally:
        process.terminate()
        process.wait(10)
