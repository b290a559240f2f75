# Two stages: the first installs the pinned packages, the second runs them, not as root.
FROM python:3.12-slim AS build
RUN python3 -m venv /opt/tool && /opt/tool/bin/python -m pip install --quiet --disable-pip-version-check uv
RUN python3 -m venv --without-pip /opt/kb
COPY requirements.lock pyproject.toml README.md /src/
RUN /opt/tool/bin/uv pip sync --python /opt/kb/bin/python --require-hashes /src/requirements.lock
COPY kb_service /src/kb_service
RUN /opt/tool/bin/uv pip install --python /opt/kb/bin/python --no-deps --no-build-isolation /src

FROM python:3.12-slim
COPY --from=build /opt/kb /opt/kb
COPY content /data/content
RUN mkdir -p /data/var /data/search_index && chown -R 10001:10001 /data
ENV KB_HOST=0.0.0.0 KB_DATA_DIR=/data/var KB_CONTENT_DIR=/data/content KB_INDEX_DIR=/data/search_index
USER 10001
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/kb/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/@health?ready', timeout=4)"]
ENTRYPOINT ["/opt/kb/bin/kb", "serve"]
