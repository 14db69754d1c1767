"""How alembic runs a migration here: on the connection of the unit of work that asked for it."""

from alembic import context

from sync_server.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a table; alembic then makes a new one and copies.
    render_as_batch=True,
)
context.run_migrations()
