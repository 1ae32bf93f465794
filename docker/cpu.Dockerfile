# Draws on the CPU, with Mesa's software rasterizer. From the checkout:
#   docker build -f docker/cpu.Dockerfile -t raster .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/data" raster generate n=100 out=set
FROM python:3.11-slim-bookworm AS build
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.11-slim-bookworm
ARG EXTRAS=physics,exr
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libgl1-mesa-dri \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(echo /wheels/*.whl)[${EXTRAS}]" && rm -rf /wheels
# A user without a home folder keeps what is computed once here; mount a volume on it to keep it between runs.
ENV RASTER_CACHE=/var/cache/raster
RUN mkdir -p /var/cache/raster && chmod 1777 /var/cache/raster
RUN raster doctor
WORKDIR /data
ENTRYPOINT ["raster"]
CMD ["--help"]
