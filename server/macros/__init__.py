"""Replies agents keep: what is proposed as one, reading and writing them."""
