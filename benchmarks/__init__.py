"""Speed, measured beside its peers. Nothing here runs in the test suite."""
