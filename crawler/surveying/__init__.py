"""What a site's pages have in common: sketches of readings, and what is learned from them. crawler/profiles.py is the way in."""
