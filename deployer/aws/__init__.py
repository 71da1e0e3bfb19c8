"""AWS calls: thin, typed, paged, retried; they decide nothing and print nothing."""
