"""Corrections of a learner's year: hours entered by hand (学时补录), asked for by units and ruled on by the county."""
