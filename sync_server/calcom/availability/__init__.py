"""When something can be booked: what Cal.com said last, asked again before it is too old."""
