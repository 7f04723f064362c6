"""What we promise: earning, tiers, rewards."""
