"""What happens when: one file per story that crosses rooms, one transaction each."""
