"""The models themselves. Torch is imported here and nowhere else in the engine.

Nothing outside imports this package by name: `engine/loading.py` imports it late, in a thread, so
that the server answers before torch is there.
"""
