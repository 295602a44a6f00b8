"""Winnow's commands of `scrapy`: crawl (with honest exit codes), harvest, report, show, survey, deliver, verify, latest, dedupe, rebuild."""
