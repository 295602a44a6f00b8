"""HTML in, facts out. Pure: no Scrapy, no network, no state, no clock but the one handed in."""
