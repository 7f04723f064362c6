"""What we know and owe: programs, members, activities, the ledger."""
