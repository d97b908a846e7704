"""Closed loops: so many learners, each sending the next request as soon as the last is answered, beside a floor."""
