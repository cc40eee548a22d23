# One Dockerfile for every service: docker build --build-arg SERVICE=clinical-records .
# BASE is any image with Python 3.11 or later and its venv module, on glibc; deploy/images/make-base makes one where no registry
# is reached. The target sandbox-payer builds the stand-in insurer of demos and tests, operator
# the command line that makes a broker's topics and rights.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS locked
RUN ["python3", "-m", "venv", "/opt/trellis"]
ENV PATH=/opt/trellis/bin:${PATH} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
COPY requirements-service.lock ./
RUN ["python", "-m", "pip", "install", "--require-hashes", "-r", "requirements-service.lock"]
COPY libs/shared libs/shared
COPY libs/privacy libs/privacy
RUN ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "./libs/shared", "./libs/privacy"]

FROM locked AS built-service
ARG SERVICE
COPY services/${SERVICE} service
RUN ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "./service"]
RUN ["python", "-m", "pip", "uninstall", "--yes", "setuptools", "pip"]

FROM locked AS built-sandbox-payer
COPY sandbox/payer service
RUN ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "./service"]
RUN ["python", "-m", "pip", "uninstall", "--yes", "setuptools", "pip"]

FROM ${BASE} AS built-operator
RUN ["python3", "-m", "venv", "/opt/trellis"]
ENV PATH=/opt/trellis/bin:${PATH} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
COPY requirements-operator.lock ./
RUN ["python", "-m", "pip", "install", "--require-hashes", "-r", "requirements-operator.lock"]
COPY libs/trellis libs/trellis
RUN ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "./libs/trellis"]
RUN ["python", "-m", "pip", "uninstall", "--yes", "setuptools", "pip"]

FROM ${BASE} AS plain
ENV PATH=/opt/trellis/bin:${PATH} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN ["groupadd", "--system", "--gid", "10001", "trellis"]
RUN ["useradd", "--system", "--uid", "10001", "--gid", "trellis", "--no-create-home", "--home-dir", "/nonexistent", "trellis"]
RUN ["install", "--directory", "--owner=10001", "--group=10001", "/var/lib/trellis/audit-heads"]
WORKDIR /app
USER 10001:10001

FROM plain AS sandbox-payer
COPY --from=built-sandbox-payer /opt/trellis /opt/trellis
CMD ["python", "-m", "sandbox_payer"]

FROM plain AS operator
COPY --from=built-operator /opt/trellis /opt/trellis
CMD ["trellis", "topics", "apply"]

FROM plain AS service
ARG SERVICE
ENV SERVICE=${SERVICE} TRELLIS_MIGRATIONS=/app
COPY --from=built-service /opt/trellis /opt/trellis
COPY services/${SERVICE}/alembic.ini ./
COPY services/${SERVICE}/migrations migrations
CMD ["python", "-m", "shared.run", "api"]
