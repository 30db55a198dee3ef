"""Telling others what happened: webhooks, and mail to members."""
