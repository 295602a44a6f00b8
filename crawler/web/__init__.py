"""Transport: what may be fetched, how politely, and how much of an answer is believed."""
