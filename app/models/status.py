"""How the models are, asked from the engine in the background and answered from memory."""

import threading
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.shapes.people import ModelStatusOut

POLL_SECONDS = 1.0
POLL_TIMEOUT = 5.0
ROLES = ("embedder", "generator", "reranker")


@dataclass(slots=True)
class EngineStatus:
    """Polls `/health`, so that no request ever waits for an engine to say how it is."""

    url: str  # of the engine's root, without /v1
    expected: tuple[ModelStatusOut, ...]  # what the settings ask for, before the engine answers
    _models: tuple[ModelStatusOut, ...] = ()
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._models = self.expected
        self._thread = threading.Thread(target=self._poll, name="engine-status", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(POLL_TIMEOUT + 1)

    def forget(self) -> None:
        """After `stop`: these models are not there any more."""
        self._models = ()

    def models(self) -> list[ModelStatusOut]:
        return list(self._models)

    def _poll(self) -> None:
        with httpx.Client(timeout=POLL_TIMEOUT) as client:
            while not self._stopping.is_set():
                self._models = self._ask(client)
                self._stopping.wait(POLL_SECONDS)

    def _ask(self, client: httpx.Client) -> tuple[ModelStatusOut, ...]:
        try:
            response = client.get(f"{self.url}/health")
            body: Any = response.json()
        except httpx.HTTPError:
            return self.expected
        except ValueError:
            # vLLM, SGLang and TEI answer with an empty body: alive is all that they say.
            ready = response.is_success
            return tuple(_with_state(model, ready=ready) for model in self.expected)
        listed = body.get("models") if isinstance(body, dict) else None
        if not isinstance(listed, list):
            return tuple(_with_state(model, ready=response.is_success) for model in self.expected)
        return tuple(
            ModelStatusOut(
                name=str(item.get("id", "")),
                role=item["role"],
                state=item["state"],
                progress=float(item.get("progress", 0.0)),
                detail=str(item.get("detail", "")),
            )
            for item in listed
            if item.get("role") in ROLES
        )


def _with_state(model: ModelStatusOut, *, ready: bool) -> ModelStatusOut:
    state, progress = ("ready", 1.0) if ready else ("waiting", 0.0)
    return model.model_copy(update={"state": state, "progress": progress})
