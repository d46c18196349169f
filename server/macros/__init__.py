"""Replies agents keep: what is proposed as one, and reading one."""
