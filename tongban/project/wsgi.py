"""For any WSGI server: `TONGBAN_HOME=… gunicorn tongban.project.wsgi`. `tongban node serve` needs none of it."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from tongban.project import home, logs

directory = Path(os.environ["TONGBAN_HOME"])
logs.configure("serve", home=directory)
home.prepare(directory)
application = get_wsgi_application()
