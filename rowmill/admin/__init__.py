"""What an administrator sees and does across workspaces."""
