"""What every room needs that asks the internet: which addresses are refused, and where a connection may go."""
