"""What the child that reads a file may not do, whatever the file makes it try."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.parsing.wire import EXIT_NETWORK


@pytest.mark.parametrize(
    "reach",
    [
        "socket.socket()",
        "socket.getaddrinfo('localhost', 80)",
        "urllib.request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_reaching_for_the_network_ends_the_child(reach: str) -> None:
    program = (
        "import socket, urllib.request\n"
        "from ingestion.parsing.guard import forbid_network\n"
        f"forbid_network()\ntry:\n    {reach}\nexcept Exception:\n    pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == EXIT_NETWORK


# Each deed is done behind the fences in a process of its own, forked from one that imported them.
ATTACKS = """
import json, os, sys
from pathlib import Path
from ingestion.parsing.guard import fence_in

def outcome(deed):
    os.mkdir("own")
    if fence_in(Path(sys.argv[1]), Path("own"), programs=sys.argv[2] == "programs"):
        return "missing"
    try:
        exec(deed)
    except OSError as error:
        return error.errno
    return "it could"

Path("secret").write_text("salary")
for number, deed in enumerate(json.loads(sys.argv[3])):
    folder = Path(str(number))
    folder.mkdir()
    sys.stdout.flush()
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    os.chdir(folder)
    print(json.dumps([deed, outcome(deed)]), flush=True)
    os._exit(0)
"""
DEEDS = [
    "open('../secret').read()",
    "open('/etc/passwd').read()",
    "open('/etc/shadow').read()",
    "open(f'/proc/{os.getppid()}/environ').read()",
    "os.listdir('/')",
    "open('elsewhere', 'w')",
    "os.symlink('/etc/passwd', 'own/link'); open('own/link').read()",
    "os.rename('own', 'moved')",
    "os.kill(os.getppid(), 15)",
    "os.fork()",
    "os.execv('/bin/true', ['true'])",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "os.setsid()",
    "import _socket; _socket.socket(_socket.AF_UNIX)",
    "import _socket; _socket.socket(_socket.AF_INET)",
]
DEEDS_OF_A_CONVERTER = [
    "open('../secret').read()",
    "open(f'/proc/{os.getppid()}/environ').read()",
    "open('elsewhere', 'w')",
    "os.kill(os.getppid(), 15)",
    "os.setsid()",
    "import _socket; _socket.socket(_socket.AF_INET)",
]
READING = "open(sys.argv[1]).read(); open('own/made', 'w').write('x')"
REFUSED = (1, 13, 11, "missing")  # EPERM, EACCES, EAGAIN: the kernel said no


def outcomes(folder: Path, deeds: list[str], mode: str) -> dict[str, int | str]:
    """What each deed came to inside the fences: the number of an error, "it could", "missing"."""
    allowed = folder / "allowed.txt"
    allowed.write_text("the file that is read")
    ended = subprocess.run(
        [sys.executable, "-I", "-c", ATTACKS, allowed, mode, json.dumps(deeds)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={"OPENBLAS_NUM_THREADS": "1"},
    )
    return dict(json.loads(line) for line in ended.stdout.splitlines())


@pytest.mark.parametrize(("mode", "deeds"), [("alone", DEEDS), ("programs", DEEDS_OF_A_CONVERTER)])
def test_the_kernel_refuses_what_no_reader_and_no_converter_needs(
    tmp_path: Path, mode: str, deeds: list[str]
) -> None:
    found = outcomes(tmp_path, [READING, *deeds], mode)
    assert found.pop(READING) in ("it could", "missing")  # its own file and folder are open
    assert list(found) == deeds
    assert {deed: end for deed, end in found.items() if end not in REFUSED} == {}


def test_a_machine_without_fences_says_which_are_missing(tmp_path: Path) -> None:
    program = (
        "import threading, time\nfrom pathlib import Path\n"
        "from ingestion.parsing.guard import fence_in\n"
        # The kernel does not let a process of several threads leave the network.
        "threading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n"
        "print(fence_in(Path('x'), Path('.'), programs=False))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "a network of its own" in ended.stdout
