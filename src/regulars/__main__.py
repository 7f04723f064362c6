"""`python -m regulars` is the same as `regulars`."""

from regulars.doors.cli import main

if __name__ == "__main__":
    main()
