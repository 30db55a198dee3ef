"""Background computations over a file or dataset that yield a new dataset and file."""
