"""How well an index finds: golden questions, probes, and the gate before another takes over."""
