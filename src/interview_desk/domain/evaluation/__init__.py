"""Judging interviews: criteria, rules and what they make of the facts, explained to the last one.

Everything here is a pure function of records, so the server and every desk that may see the same
records come to the same result, byte for byte.
"""
