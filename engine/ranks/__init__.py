"""One model on several devices: a process for each, started, fed and watched by the server."""
