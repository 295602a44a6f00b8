"""Tests of crawler.duplicates and the dedupe step."""
