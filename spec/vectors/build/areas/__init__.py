"""One module for each area, or part of one, each with `build(add)`."""
