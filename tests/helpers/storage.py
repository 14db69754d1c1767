"""All that a server's database holds, opened, to look for what must not be there."""

import sqlalchemy as sa

from sync_server.infra.database import Tx
from sync_server.models import metadata
from sync_server.operations.sealing import sealed_columns


def everything_said(tx: Tx) -> str:
    """Every row as it is stored, and every sealed value as what it says."""
    said = [
        str(row)
        for table in metadata.sorted_tables
        for row in tx.connection.execute(sa.select(table))
    ]
    for table, column in sealed_columns():
        if table.name != "server_keys":
            name = table.columns[column.info["sealed_row"]]
            for sealed, row in tx.connection.execute(sa.select(column, name)):
                place = {"table": table.name, "row": str(row), "column": column.name}
                said.append(tx.vault.open_bytes(sealed, **place).decode("utf-8", "replace"))
    return "\n".join(said)
