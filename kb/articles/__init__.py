"""The knowledge base around its articles: categories, when and for which release, what readers say, and translations."""
