"""The connection with Cal.com: who the key is, and the webhooks that Connect has registered."""
