"""Questions that an attached letter answers, and an answerer that quotes it."""

import json
from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from retrieval.answer.answerer import Answerer
from tests.app.furnished import House
from tests.app.visitors import events_of
from tests.fakes import EchoGenerator, WordsEmbedder

CANARY = "canary-4711"
LETTER = f"# Lease\n\nThe deposit of the bungalow is {CANARY} crowns.\n\nPets may come along."
QUESTION = "What is the deposit of the bungalow?"


def answering(house: House) -> House:
    """Its answers are made by the real answerer, whose model has nothing to say."""
    answerer = Answerer(house.platform.searcher, EchoGenerator(), WordsEmbedder(away=True))
    asking = replace(house.platform.asking, answerer=answerer)
    return replace(house, platform=replace(house.platform, asking=asking))


def asked(client: TestClient, **more: object) -> dict[str, Any]:
    """The events of an answer to QUESTION, by name."""
    response = client.post("/api/v1/answers", json={"question": QUESTION, **more})
    assert response.status_code == 200, response.text
    return {name: json.loads(data) for name, data in events_of(response.text)}
