"""The product's settings, with pages that are slow and jobs that say that they ran."""

from accord.server.settings import *  # noqa: F403
from accord.server.settings import PROCRASTINATE_IMPORT_PATHS as _JOBS

ROOT_URLCONF = "fault_pages"
PROCRASTINATE_IMPORT_PATHS = [*_JOBS, "fault_jobs"]
