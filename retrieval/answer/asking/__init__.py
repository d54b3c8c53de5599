"""A question before anything is searched: what it asks, leans on, and comes with."""
