"""How the console's own tables came to be, step by step."""
