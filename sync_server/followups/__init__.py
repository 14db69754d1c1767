"""Follow-up mail: who is enrolled, what is written to them, when it leaves and what comes back."""
