"""HTML of items, practice blocks and printed papers. May import Markdown, nh3, Jinja2 and quizgen's pure modules."""
