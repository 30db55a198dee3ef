"""One archive of everything: made while Rowmill runs, checked and put back by `restore`."""
