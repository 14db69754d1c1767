"""Work that several servers share: who does it, and for how long nobody else may."""
