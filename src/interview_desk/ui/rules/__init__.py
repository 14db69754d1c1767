"""Writing how interviews are judged: points with their levels, rules as sentences, bands."""
