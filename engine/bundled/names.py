"""The names under which the bundled models are asked for; nothing heavy is imported for them."""

EMBEDDER = "multilingual-e5-small"
GENERATOR = "SmolLM2-135M-Instruct"
