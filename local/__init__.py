"""The embedded cloud: a real CloudFormation API on 127.0.0.1, so that the whole tree deploys without an account.

``start`` runs ministack as a process of its own, in a virtual environment of its own, completed from the registry
schemas; see ``local.emulator`` for what that adds. It needs a POSIX system (Linux, macOS, or Windows' WSL).
"""

from local.cloud import HOME, Cloud, CloudError, Resource, gaps, reset, resources, start, status, stop
from local.environments import InstallError, ensure

__all__ = [
    "HOME",
    "Cloud",
    "CloudError",
    "InstallError",
    "Resource",
    "ensure",
    "gaps",
    "reset",
    "resources",
    "start",
    "status",
    "stop",
]
