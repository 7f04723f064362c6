"""The history of our tables: plain SQL, one file per step, run by Django's migration runner."""
