"""`/api/v1`: the same sheets and actions as JSON, for machines of other offices."""
