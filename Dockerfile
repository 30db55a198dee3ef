# syntax=docker/dockerfile:1
# The web app, the environment with the wheel in it, and a small image that runs as nobody special.

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund --silent
COPY web ./
RUN npm run --silent build

FROM python:3.13-slim-bookworm AS environment
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /src
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
COPY requirements.lock ./
RUN uv venv /opt/rowmill \
 && uv pip install --quiet --no-cache --compile-bytecode --python /opt/rowmill --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY rowmill ./rowmill
COPY --from=web /src/rowmill/static ./rowmill/static
RUN uv build --quiet --no-cache --wheel --out-dir dist \
 && uv pip install --quiet --no-cache --compile-bytecode --python /opt/rowmill --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin rowmill \
 && install --directory --mode 0700 --owner rowmill /data
COPY --from=environment /opt/rowmill /opt/rowmill
ENV PATH=/opt/rowmill/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ROWMILL_DATA_DIR=/data \
    ROWMILL_HOST=0.0.0.0 \
    ROWMILL_PORT=8000 \
    ROWMILL_LOG_FORMAT=json
USER rowmill
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=5 CMD ["rowmill", "health"]
ENTRYPOINT ["rowmill"]
CMD ["serve"]
