"""The web edge: routes, sign-in, pages, problems; the only place that knows HTTP."""
