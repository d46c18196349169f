"""Categories, feedback, schedules and translations: the doors of kb/articles."""
