# Draws on an NVIDIA GPU, through EGL. The host needs the driver and the NVIDIA Container Toolkit. From the checkout:
#   docker build -f docker/nvidia.Dockerfile -t raster-gpu .
#   docker run --rm --gpus all --user "$(id -u):$(id -g)" -v "$PWD:/data" raster-gpu generate n=100 out=set
# To train too: docker build --build-arg EXTRAS=physics,exr,train ...
FROM python:3.11-slim-bookworm AS build
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.11-slim-bookworm
ARG EXTRAS=physics,exr
# Not Mesa's drivers (libgl1-mesa-dri): without a GPU, doctor says so, and nothing is drawn slowly without a word.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 \
    && rm -rf /var/lib/apt/lists/*
# The toolkit mounts the driver's libraries. Without graphics it leaves out those of EGL, and EGL finds no device.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=graphics,compute,utility
# Older toolkits do not mount this file, which tells EGL of the driver.
RUN mkdir -p /usr/share/glvnd/egl_vendor.d \
    && echo '{"file_format_version": "1.0.0", "ICD": {"library_path": "libEGL_nvidia.so.0"}}' \
    > /usr/share/glvnd/egl_vendor.d/10_nvidia.json
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(echo /wheels/*.whl)[${EXTRAS}]" && rm -rf /wheels
# A user without a home folder keeps what is computed once here; mount a volume on it to keep it between runs.
ENV RASTER_CACHE=/var/cache/raster
RUN mkdir -p /var/cache/raster && chmod 1777 /var/cache/raster
WORKDIR /data
ENTRYPOINT ["raster"]
CMD ["--help"]
