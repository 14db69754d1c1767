"""Properties are tried as often on a busy machine as on a quiet one."""

from hypothesis import HealthCheck, settings

unhurried = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
