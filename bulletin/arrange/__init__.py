"""Arrange: issues, pages and the station → archive → plan; pure."""
