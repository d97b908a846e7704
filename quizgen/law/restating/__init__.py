"""Whether a sentence restates an article: aligned with it, with other words in its place, or denied."""
