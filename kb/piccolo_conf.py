"""Where Piccolo looks for the engine and for our one app."""

from piccolo.conf.apps import AppRegistry

from kb.core.database import DB

APP_REGISTRY = AppRegistry(apps=["kb.piccolo_app"])

__all__ = ["APP_REGISTRY", "DB"]
