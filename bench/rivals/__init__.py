"""What we are measured against. Every rival gets its best number of clients."""
