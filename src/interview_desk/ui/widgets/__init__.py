"""The pieces that pages are made of; each is told what to show and says what was pressed."""
