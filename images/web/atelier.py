"""Serves the Flask application of a workspace: an edited file counts at once, an error is shown in the page.

Unlike `flask run`, it also starts when app.py cannot be imported: the page then shows why, and works again as
soon as the file is mended.
"""

import os
import sys

from werkzeug.debug import DebuggedApplication
from werkzeug.serving import run_simple

os.environ["FLASK_DEBUG"] = "1"
os.chdir("/srv/app")
sys.path[0] = "/srv/app"


def application(environ, start_response):
    """Hands a request to the student's application, imported when it is first needed."""
    from app import app

    return app(environ, start_response)


# The debugger shows; it gives no console.
run_simple(
    "0.0.0.0",
    8080,
    DebuggedApplication(application, evalex=False),
    use_reloader=True,
    reloader_type="stat",
    threaded=True,
)
