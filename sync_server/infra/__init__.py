"""Database, crypto, clock, bus and problems: what every feature stands on."""
