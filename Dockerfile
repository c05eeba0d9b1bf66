# Two stages: what builds stays behind, what runs is a virtual environment owned by root and run by nobody in particular.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/tactful
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY schemas schemas
COPY streams streams
COPY agents agents
RUN /opt/tactful/bin/pip install --constraint constraints.txt .

FROM python:3.11-slim
COPY --from=build /opt/tactful /opt/tactful
ENV PATH=/opt/tactful/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER 10001:10001
WORKDIR /tmp
EXPOSE 6066
CMD ["tactful", "worker"]
