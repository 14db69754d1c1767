"""A backup is not restored under another server, whose memory is of what was there before."""

from pathlib import Path

import pytest

from tests.server.replicas.conftest import Replicas

pytestmark = [pytest.mark.postgres]


async def test_a_backup_is_restored_only_once_no_server_is_left(
    replicas: Replicas, tmp_path: Path
) -> None:
    one, other = replicas.start(), replicas.start()
    await replicas.team.member("Ada")
    backup = str(tmp_path / "backup.gz")
    assert one.process.run("backup", backup).returncode == 0
    one.process.stop()
    refused = one.process.run("restore", backup)
    assert refused.returncode == 1
    assert "Another server is at work on this database. Stop them all first" in refused.stderr
    other.process.kill()
    restored = one.process.run("restore", backup)
    assert (restored.returncode, restored.stderr) == (0, "")
