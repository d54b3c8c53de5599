"""The second language model, as the settings name it: any OpenAI-compatible server."""

from pathlib import Path

from openai import AsyncOpenAI, OpenAI, OpenAIError, Timeout

from app.models.client import LANGUAGE_MODEL, EngineGenerator
from app.models.errors import translated
from app.sections import Overflow
from retrieval.errors import Invalid

# Seconds between two tokens, the queue included; a server that is away is not waited for.
ANSWER_TIMEOUT = Timeout(300.0, connect=5.0)
LOOK_TIMEOUT = 10.0  # seconds
NO_KEY = "none"


def second_generator(overflow: Overflow) -> EngineGenerator:
    """Raises: Invalid when its key cannot be read."""
    client = AsyncOpenAI(
        base_url=overflow.url.rstrip("/"),
        api_key=_key(overflow.key_file),
        timeout=ANSWER_TIMEOUT,
        max_retries=0,
    )
    return EngineGenerator(client, overflow.model, is_near=False)


def trouble_with(overflow: Overflow) -> str | None:
    """A sentence, or None when it lists the model. Only the key is sent. Raises: Invalid."""
    with OpenAI(
        base_url=overflow.url.rstrip("/"),
        api_key=_key(overflow.key_file),
        timeout=LOOK_TIMEOUT,
        max_retries=0,
    ) as client:
        try:
            listed = [model.id for model in client.models.list().data]
        except OpenAIError as error:
            return str(translated(error, f"second {LANGUAGE_MODEL}"))
    if overflow.model not in listed:
        return f"The server at {overflow.url} has no model “{overflow.model}”."
    return None


def _key(file: Path | None) -> str:
    if file is None:
        return NO_KEY
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The file of models.overflow.key_file, {file}, cannot be read.") from error
    if not lines or not lines[0].strip():
        raise Invalid(f"The first line of models.overflow.key_file, {file}, holds no key.")
    return lines[0].strip()
