import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from engine.options import parse_options


def test_the_data_folder_is_enough():
    options = parse_options(["--data-dir", "somewhere"])
    assert (options.embedder, options.generator, options.reranker) == ("bundled", "bundled", "none")
    assert (options.host, options.port) == ("127.0.0.1", 8081)
    assert options.data_dir == Path("somewhere").resolve()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--data-dir", ".", "--port", "70000"],
        ["--data-dir", ".", "--threads", "-1"],
        ["--data-dir", ".", "--max-queue", "many"],
        ["--data-dir", ".", "--dtype", "int4"],
        ["--data-dir", ".", "--generatr", "none"],
    ],
)
def test_arguments_that_make_no_sense_end_the_start(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    assert "usage: python -m engine" in capsys.readouterr().err


def test_the_server_starts_without_importing_torch():
    program = "import sys, engine.__main__; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_command_serves_until_it_is_told_to_stop():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "engine", "--data-dir", ".", "--port", port]
    with subprocess.Popen([*command, "--embedder", "none", "--generator", "none"]) as process:
        while True:
            try:
                health = httpx.get(f"http://127.0.0.1:{port}/health")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        process.terminate()
        assert process.wait(20) in (0, -signal.SIGTERM)
    assert (health.status_code, health.json()) == (200, {"status": "ready", "models": []})
