"""The ways to break the chat subject, by area: rows of name, clause without protocol, what it does."""
