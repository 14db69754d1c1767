"""What people ask of Cal.com, carried out: sent once, and looked up before it is ever repeated."""
