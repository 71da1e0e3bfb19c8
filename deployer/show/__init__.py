"""Printing: messages in, text out; it knows no AWS."""
