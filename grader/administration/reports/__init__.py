"""Reports: learners and units at any date, on the screen and in files; the year's end, frozen."""
