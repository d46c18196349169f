"""All of this room's routes."""

from typing import Any

from server.search import api, publishing, searching, suggesting, title_cards

SEARCH_ROUTES: list[Any] = [
    searching.show_search,
    searching.show_hits,
    publishing.robots,
    publishing.sitemap_index,
    publishing.sitemap_part,
    publishing.site_feed,
    publishing.space_feed,
    publishing.tag_feed,
    publishing.topic_feed,
    title_cards.show_site_card,
    title_cards.show_topic_card,
    title_cards.show_article_card,
    suggesting.suggest_for_topic,
    suggesting.suggest_for_ticket,
    api.api_suggest,
    api.api_search,
]
