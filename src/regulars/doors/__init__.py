"""How the world comes in: translate, authenticate, map errors to answers."""
