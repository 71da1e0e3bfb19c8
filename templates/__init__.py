"""One module per tier; this tuple is the architecture, in the order in which a tier may use another."""

TIERS = (
    "network",
    "egress",
    "security",
    "streaming",
    "storage",
    "database",
    "cache",
    "compute",
    "api",
    "rotation",
    "monitoring",
    "audit",
)
