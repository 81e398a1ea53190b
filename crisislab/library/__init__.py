"""Past crises: kept as safe aggregates, shared, compared."""
