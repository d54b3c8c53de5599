"""The edge of HTTP: middleware, security headers, the built web."""
