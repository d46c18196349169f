"""All of this room's routes."""

from typing import Any

from server.hooks import api, log, managing

HOOKS_ROUTES: list[Any] = [
    managing.show_webhooks,
    managing.new_webhook,
    managing.add_webhook,
    managing.edit_webhook,
    managing.save_webhook,
    managing.pause,
    managing.resume,
    managing.rotate,
    managing.remove,
    managing.restore,
    log.show_webhook,
    log.show_delivery,
    log.test_webhook,
    log.repeat_delivery,
    api.api_list_kinds,
    api.api_list_webhooks,
    api.api_register_webhook,
    api.api_get_webhook,
    api.api_change_webhook,
    api.api_delete_webhook,
    api.api_restore_webhook,
    api.api_pause_webhook,
    api.api_resume_webhook,
    api.api_rotate_secret,
    api.api_send_test,
    api.api_list_deliveries,
    api.api_get_delivery,
    api.api_send_again,
]
