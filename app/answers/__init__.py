"""Questions and their answers as people and OpenAI clients meet them, and their history."""
