"""`python -m rowmill`: the command line, or one of the processes that `rowmill serve` starts."""

import sys

if "--lifeline" in sys.argv:
    from rowmill.children import main
else:
    from rowmill.cli import main

main()
