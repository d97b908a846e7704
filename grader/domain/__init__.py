"""What the service is about, as frozen values and pure functions; standard library and quizgen's pure core only."""
