"""`python -m rowmill`."""

from rowmill.cli import main

main()
