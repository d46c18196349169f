"""All routes, room by room: read it top to bottom to know what the service answers."""

from typing import Any

from server.answers.routes import ANSWERS_ROUTES
from server.articles.routes import ARTICLES_ROUTES
from server.assistant.routes import ASSISTANT_ROUTES
from server.clusters.routes import CLUSTERS_ROUTES
from server.demo.routes import DEMO_ROUTES
from server.desk.routes import DESK_ROUTES
from server.dev.routes import show_styleguide
from server.developers.routes import DEVELOPERS_ROUTES
from server.drafts.routes import DRAFTS_ROUTES
from server.files.routes import FILES_ROUTES
from server.forum.routes import FORUM_ROUTES
from server.health.routes import healthz, readyz
from server.help.routes import HELP_ROUTES
from server.hooks.routes import HOOKS_ROUTES
from server.imports.leading_on import FORMER_ROUTES
from server.imports.routes import IMPORTS_ROUTES
from server.insights.routes import INSIGHTS_ROUTES
from server.languages.routes import LANGUAGES_ROUTES
from server.macros.routes import MACROS_ROUTES
from server.mail.routes import MAIL_ROUTES
from server.moderation.routes import MODERATION_ROUTES
from server.notices.routes import NOTICES_ROUTES
from server.outreach.routes import OUTREACH_ROUTES
from server.people.routes import PEOPLE_ROUTES
from server.product.releasing import RELEASE_ROUTES
from server.product.routes import PRODUCT_ROUTES
from server.promotion.routes import PROMOTION_ROUTES
from server.search.routes import SEARCH_ROUTES
from server.signals.routes import SIGNALS_ROUTES
from server.sla.routes import SLA_ROUTES
from server.staleness.reading import STALENESS_ROUTES
from server.standing.routes import STANDING_ROUTES
from server.static import static_files
from server.status.routes import STATUS_ROUTES
from server.tickets.routes import TICKETS_ROUTES

ROUTES: list[Any] = [
    static_files,
    healthz,
    readyz,
    show_styleguide,
    *FORUM_ROUTES,
    *DRAFTS_ROUTES,
    *FILES_ROUTES,
    *SEARCH_ROUTES,
    *CLUSTERS_ROUTES,
    *ANSWERS_ROUTES,
    *ARTICLES_ROUTES,
    *SIGNALS_ROUTES,
    *HELP_ROUTES,
    *ASSISTANT_ROUTES,
    *DEMO_ROUTES,
    *PEOPLE_ROUTES,
    *STANDING_ROUTES,
    *LANGUAGES_ROUTES,
    *TICKETS_ROUTES,
    *DESK_ROUTES,
    *MACROS_ROUTES,
    *MAIL_ROUTES,
    *MODERATION_ROUTES,
    *NOTICES_ROUTES,
    *OUTREACH_ROUTES,
    *STATUS_ROUTES,
    *PRODUCT_ROUTES,
    *RELEASE_ROUTES,
    *PROMOTION_ROUTES,
    *STALENESS_ROUTES,
    *INSIGHTS_ROUTES,
    *IMPORTS_ROUTES,
    *SLA_ROUTES,
    *HOOKS_ROUTES,
    *DEVELOPERS_ROUTES,
    *FORMER_ROUTES,
]
