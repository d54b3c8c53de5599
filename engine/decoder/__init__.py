"""Decoder-only language models of three families, computed in steps over a paged cache.

Torch is imported here and in engine/models; Triton only in the modules named kernels_*, which
are imported late, where there is a GPU.
"""
