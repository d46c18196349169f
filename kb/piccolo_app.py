"""Our tables and migrations as one Piccolo app, with one history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

HERE = Path(__file__).parent

ROOMS_WITH_TABLES = sorted(path.parent.name for path in HERE.glob("*/tables.py"))

APP_CONFIG = AppConfig(
    app_name="kb",
    migrations_folder_path=str(HERE / "migrations"),
    table_classes=table_finder([f"kb.{room}.tables" for room in ROOMS_WITH_TABLES], exclude_imported=True),
    migration_dependencies=[],
    commands=[],
)
