"""The naive gateway: a catch-all route of FastAPI that forwards with httpx and one shared client."""

import os

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response

BEHIND = os.environ["BENCH_BEHIND"]
OURS = {"host", "content-length", "connection", "transfer-encoding", "content-encoding"}
app = FastAPI()
client = httpx.AsyncClient(base_url=BEHIND, timeout=30, limits=httpx.Limits(max_connections=128))


@app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def forward(path: str, request: Request) -> Response:
    headers = {name: value for name, value in request.headers.items() if name not in OURS}
    answer = await client.request(
        request.method, f"/{path}", params=request.query_params, headers=headers, content=await request.body()
    )
    returned = {name: value for name, value in answer.headers.items() if name not in OURS}
    return Response(answer.content, answer.status_code, returned)


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(os.environ["BENCH_PORT"]), loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )
