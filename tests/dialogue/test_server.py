import os
import signal
import stat
import sys
import time
from pathlib import Path

import httpx
import pytest

from dialogue.server import RasaError, RasaFiles, RasaServer, RasaState

_SERVES = """
import http.server, os, pathlib, subprocess, sys
options = dict(zip(sys.argv[1:], sys.argv[2:]))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"])
here = pathlib.Path(options["--model"]).parent
(here / "child").write_text(str(child.pid))
(here / "arguments").write_text(" ".join(sys.argv[1:]))
(here / "environment").write_text(repr({k: v for k, v in os.environ.items() if k.startswith(("RASA", "ACTION", "TRACKER"))}))

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/status?token=" + options["--auth-token"] else 401)
        self.end_headers()
    def log_message(self, *arguments):
        pass

http.server.HTTPServer((options["--interface"], int(options["--port"])), Handler).serve_forever()
"""
_DIES = """
import sys
sys.exit("the model is of another version")
"""


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def _until(true, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


@pytest.fixture
def server_of(tmp_path):
    """Make the server whose `python -m rasa` runs a given script; ends it after the test."""
    made = []

    def make(script):
        python = tmp_path / "python"
        python.write_text(f"#!{sys.executable} -I\n{script}")
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        (tmp_path / "model").touch()
        files = RasaFiles(python, tmp_path / "model", tmp_path / "data" / "trackers.db", tmp_path / "log" / "rasa.log")
        made.append(RasaServer(files, "http://127.0.0.1:1/webhook", "action-key"))
        return made[-1]

    yield make
    for server in made:
        server.stop()


def test_it_starts_with_what_rasa_needs(server_of, tmp_path):
    server = server_of(_SERVES)
    assert server.state is RasaState.STOPPED
    server.start()
    server.wait(20)
    assert server.state is RasaState.RUNNING
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.startswith("-m rasa run --model")
    assert "--interface 127.0.0.1" in arguments
    environment = (tmp_path / "environment").read_text()
    for value in ("'RASA_TELEMETRY_ENABLED': 'false'", "http://127.0.0.1:1/webhook", "action-key", "trackers.db"):
        assert value in environment
    assert httpx.get(server.url + "/status", trust_env=False).status_code == 401
    assert httpx.get(server.url + "/status", params={"token": server.token}, trust_env=False).status_code == 200


def test_no_token_looks_like_an_option(server_of):
    """One that begins with a dash, as one in 64 of base64 does, ends `rasa run` with a usage error."""
    tokens = [server_of(_DIES).token for _ in range(300)]
    assert len(set(tokens)) == 300
    assert [token for token in tokens if not token.isalnum()] == []


def test_it_is_started_again_on_the_same_port_when_it_is_killed(server_of):
    server = server_of(_SERVES)
    server.start()
    server.wait(20)
    pid, url = server.pid, server.url
    os.kill(pid, signal.SIGKILL)
    assert _until(lambda: server.restarts == 1 and server.state is RasaState.RUNNING)
    assert server.pid not in (None, pid)
    assert server.url == url
    assert httpx.get(url + "/status", params={"token": server.token}, trust_env=False).status_code == 200


def test_stopping_ends_it_and_what_it_started(server_of, tmp_path):
    server = server_of(_SERVES)
    server.start()
    server.wait(20)
    pid, child = server.pid, int((tmp_path / "child").read_text())
    assert _alive(pid) and _alive(child)
    server.stop()
    assert server.state is RasaState.STOPPED
    assert server.pid is None
    assert _until(lambda: not _alive(pid) and not _alive(child), 5)
    time.sleep(0.8)
    assert (server.state, server.restarts) == (RasaState.STOPPED, 0)


def test_it_gives_up_for_a_while_when_it_dies_at_once_each_time(server_of):
    server = server_of(_DIES)
    server.start()
    with pytest.raises(RasaError, match="the model is of another version"):
        server.wait(30)
    assert server.state is RasaState.FAILED
    assert server.problem == "the model is of another version"
    assert server.restarts == 3
    assert server.pid is None


def test_waiting_ends_when_it_takes_too_long(server_of):
    server = server_of("import time; time.sleep(60)")
    server.start()
    with pytest.raises(RasaError, match="took too long"):
        server.wait(0.4)


@pytest.mark.parametrize(("missing", "remedy"), [("model", "make build"), ("python", "make setup")])
def test_what_is_missing_is_named_with_its_remedy(server_of, tmp_path, missing, remedy):
    server = server_of(_SERVES)
    (tmp_path / missing).unlink()
    with pytest.raises(RasaError, match=remedy):
        server.start()
    assert server.pid is None
