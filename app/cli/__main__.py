"""`python -m app.cli`, the same as `colophon`."""

from app.cli.main import main

main()
