"""Ground: database, SQL, ids, money, errors, text. Knows no loyalty word."""
