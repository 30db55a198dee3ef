"""The file formats that can be read, a module each; which one applies is told by content."""
