"""What a reader would otherwise have to remember: each test walks all of one kind."""
