"""What goes wrong with a file that was accepted but cannot be read."""

from retrieval.errors import Invalid


class Unreadable(Invalid):
    """The file's content gives no text. The message says why, for the person who uploaded it.

    `detail` is the end of the reader's error output: for the log, never for the screen.
    """

    code = "unreadable"

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail
