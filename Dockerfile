# One image for every worker and for the commands: docker build -t rollcall .
FROM debian:12-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        gcc libc6-dev cmake ninja-build pkg-config libpq-dev libcurl4-openssl-dev libjansson-dev libssl-dev \
        libmicrohttpd-dev libicu-dev libstemmer-dev libical-dev libxml2-dev libcmark-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY CMakeLists.txt ./
COPY cmake cmake
COPY services services
COPY notifier notifier
COPY sql sql
RUN cmake -S . -B build -G Ninja -DROLLCALL_TESTS=OFF && ninja -C build rollcall

FROM debian:12-slim
# curl is for the health check of the web worker only.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libpq5 libcurl4 libjansson4 libssl3 libmicrohttpd12 libicu72 libstemmer0d libical3 libxml2 libcmark0.30.2 \
        ca-certificates tzdata curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/rollcall --create-home --shell /usr/sbin/nologin rollcall
COPY --from=build /src/build/rollcall /usr/local/bin/rollcall
USER rollcall
ENV ROLLCALL_VAR=/var/lib/rollcall
WORKDIR /var/lib/rollcall
ENTRYPOINT ["rollcall"]
CMD ["help"]
