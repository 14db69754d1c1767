"""The text engine: co-edited notes that merge without losing a word."""
