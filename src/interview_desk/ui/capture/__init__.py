"""The window in which an interview is captured: stages, notes, answers, consent."""
