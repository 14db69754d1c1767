"""What Cal.com sends: the inbox and its translation."""
