"""`python -m dealbook` is the command `dealbook`; what it does stands in `cli`."""

from dealbook.cli import main

if __name__ == "__main__":
    main()
