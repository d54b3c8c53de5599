"""One rank: `python -m engine.ranks.rank`, started by `crew.py` with a socket as its input.

It reads its slice of the weights, says what it has room for, and computes the steps it is told.
"""

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from engine.batching.plan import Underway
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.decoder.stepper import DecoderStepper
from engine.devices import Place
from engine.errors import EngineError
from engine.parent import follow
from engine.ranks.post import Post
from engine.ranks.wire import RowReader, chosen_frame, receive, send


def main() -> None:
    connection = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    post = Post(**json.loads(receive(connection)))
    follow(post.parent)
    try:
        stepper = _open(post, connection)
    except (EngineError, OSError, RuntimeError, ValueError) as error:
        _say(connection, {"failed": str(error)})
        return
    room = stepper.room
    _say(
        connection,
        {
            "ready": [room.blocks, room.block_tokens, room.seats, room.step_tokens],
            "longest": stepper.longest,
            "weight_bytes": stepper.weight_bytes,
            "cache_bytes": stepper.cache_bytes,
        },
    )
    _work(stepper, connection, tells=post.rank == 0)


def _open(post: Post, connection: socket.socket) -> DecoderStepper:
    """Raises: EngineError, OSError, RuntimeError, ValueError."""
    on_gpu = post.device == "cuda"
    device = torch.device("cuda", post.rank) if on_gpu else torch.device("cpu")
    if on_gpu:
        torch.cuda.set_device(device)
    torch.set_num_threads(post.threads)
    dist.init_process_group(
        "nccl" if on_gpu else "gloo",
        init_method=f"tcp://127.0.0.1:{post.meeting}",
        rank=post.rank,
        world_size=post.ranks,
        device_id=device if on_gpu else None,
    )
    place = Place(device, getattr(torch, post.dtype), post.threads)
    extent = Extent(**{**post.extent, "recorded": tuple(post.extent["recorded"])})
    return open_stepper(
        Path(post.folder),
        place,
        Group(post.rank, post.ranks),
        extent,
        lambda share: _say(connection, {"read": share}),
    )


def _work(stepper: DecoderStepper, connection: socket.socket, *, tells: bool) -> None:
    """Until the server hangs up. A step that fails ends the process, and with it the group."""
    reader = RowReader()
    while True:
        try:
            frame = receive(connection)
        except (EOFError, OSError):
            return
        step: Underway = stepper.step(reader.rows(frame))
        chosen = step.read()
        if tells:
            send(connection, chosen_frame(chosen))


def _say(connection: socket.socket, what: dict[str, Any]) -> None:
    send(connection, json.dumps(what).encode())


if __name__ == "__main__":
    main()
