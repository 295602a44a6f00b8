"""What to harvest: one class of attributes a site; `any` needs a URL only."""
