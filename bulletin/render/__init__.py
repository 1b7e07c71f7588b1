"""Render: view → bytes; pure."""
