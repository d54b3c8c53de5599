"""The models, reached over the OpenAI wire."""
