"""The review page: one HTML file that says what an environment is, what would change and what stands in the way.

page(Review(...))    # the whole file, needing nothing else: no network, no script
"""

from views.report.changes import Change, Comparison, Detail
from views.report.page import Review, page

__all__ = ["Change", "Comparison", "Detail", "Review", "page"]
