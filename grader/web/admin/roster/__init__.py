"""Pages of people and units: accounts, roster, transfers, exemptions, corrections."""
