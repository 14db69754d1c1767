"""Mail on its way out: asked the last question, handed over, and accounted for."""
