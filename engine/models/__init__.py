"""The models themselves. Torch is imported here and in engine/decoder, nowhere else.

Nothing outside imports this package by name: `engine/loading.py` imports it late, in a thread, so
that the server answers before torch is there.
"""
