"""python -m sandbox_payer"""

import uvicorn

from sandbox_payer.main import app
from sandbox_payer.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False)
