"""Ends this process when the one that started it is gone, also when that was killed."""

import os
import signal
import threading
import time

LOOK_SECONDS = 1.0


def follow(parent: int) -> None:
    """Returns at once; a thread watches. An orphan gets another parent, whoever that is."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
