"""One module for each use case: no Qt, no SQL. What the screens and the commands both call."""
