"""What a learner has studied and practised, and what it comes to."""
