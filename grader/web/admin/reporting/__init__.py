"""Pages of figures: reports, facts, supervision, frozen years, archives."""
