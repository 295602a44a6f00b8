"""Winnow's commands of `scrapy`: crawl (with honest exit codes), harvest, survey, show, deliver, verify, latest, dedupe, report."""
