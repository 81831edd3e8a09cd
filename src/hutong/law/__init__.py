"""Law as data and pure Python: no Django, no database."""
