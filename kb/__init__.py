"""Answerloop's meaning: everything the product knows and does, without HTTP, templates or a queue library."""
