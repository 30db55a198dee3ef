"""What a file looks like before it is sent."""
