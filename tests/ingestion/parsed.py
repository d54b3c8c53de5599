"""parse() through one server for all tests of a session; it ends with the tests' own process."""

import atexit
from functools import partial

from ingestion.parsing.parse import parse as parse_through
from ingestion.parsing.server import ForkServer

SERVER = ForkServer()
parse = partial(parse_through, SERVER)
atexit.register(SERVER.close)
