"""What customers are promised, and whether it is kept: policies, hours, clocks."""
