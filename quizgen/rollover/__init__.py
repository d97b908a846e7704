"""The yearly round: next year's programme from this year's, and what editors have to do for it."""
