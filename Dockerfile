# The image for production: web and worker processes beside a PostgreSQL and a Redis of their own.
#   docker build --tag aorabooks .
#   docker run --env AORABOOKS_DATABASE_URL=... --env AORABOOKS_REDIS_URL=... \
#              --env AORABOOKS_SECRET_KEY=... --publish 8000:8000 aorabooks

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
# First what changes seldom, so that a change of code does not install everything again.
COPY script script
COPY requirements requirements
COPY pyproject.toml package.json package-lock.json .npmrc ./
COPY frontend frontend
RUN script/setup
COPY core core
COPY tenants tenants
COPY addon_registry addon_registry
COPY addons addons
RUN .venv/bin/uv build --wheel --no-build-isolation --python .venv/bin/python --out-dir /wheel

# The running environment: no Node and no builder. The embedded PostgreSQL stays for its pg_dump and
# pg_restore, which are as new as any server: Debian's are older, and refuse to dump a newer one.
RUN python -m venv --without-pip /opt/aorabooks \
    && .venv/bin/uv pip sync --python /opt/aorabooks --compile-bytecode --require-hashes \
        requirements/base.txt \
    && .venv/bin/uv pip install --python /opt/aorabooks --compile-bytecode --no-deps /wheel/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --user-group --create-home --home-dir /var/lib/aorabooks aorabooks
COPY --from=build /opt/aorabooks /opt/aorabooks
ENV PATH=/opt/aorabooks/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AORABOOKS_VAR=/var/lib/aorabooks
USER aorabooks
WORKDIR /var/lib/aorabooks
VOLUME /var/lib/aorabooks
EXPOSE 8000
HEALTHCHECK --start-period=20s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"AORABOOKS_PORT\", 8000)}/healthz', timeout=3)"]
ENTRYPOINT ["aorabooks"]
CMD ["serve", "--bind", "0.0.0.0"]
