# syntax=docker/dockerfile:1
# plimsoll as one static binary with the CA certificates of the builder, and nothing else.
#
#   docker build -t plimsoll --build-arg REVISION=$(git rev-parse --short=12 HEAD) .
#   docker run --read-only --cap-drop ALL -p 10754:10754 -e AWS_REGION=eu-west-1 plimsoll

FROM rust:1.95-bookworm AS builder
# A binary without shared libraries. The target is named so that build scripts and macros, which cannot be static, are not.
ENV RUSTFLAGS="-C target-feature=+crt-static"
WORKDIR /src

# The dependencies alone, with an empty program: this layer stays in the cache until one of them changes.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src tests/it \
    && echo 'fn main() {}' > src/main.rs \
    && cp src/main.rs tests/it/main.rs \
    && cp src/main.rs build.rs \
    && touch src/lib.rs \
    && cargo build --release --locked --bins --target host-tuple

# cargo compares times, and these files may be older than the empty ones.
COPY build.rs ./
COPY src src
ARG REVISION=unknown
RUN find build.rs src -type f -exec touch {} + \
    && PLIMSOLL_REVISION="$REVISION" cargo build --release --locked --bins --target host-tuple \
    && cp target/*/release/plimsoll /plimsoll

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
# The address of the repository that the image was built from.
ARG SOURCE=""
LABEL org.opencontainers.image.title="plimsoll" \
      org.opencontainers.image.description="Prometheus exporter for AWS RDS and Aurora: every database carries its own alert thresholds as tags" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder /plimsoll /plimsoll
COPY LICENSE /LICENSE
# glibc keeps an arena of memory for each thread, and what is freed in one is of no use to another: with one arena for all,
# plimsoll needs a tenth less memory at the same CPU time.
ENV MALLOC_ARENA_MAX="1"
# A number, so that Kubernetes can check runAsNonRoot; no file belongs to this user.
USER 65534:65534
EXPOSE 10754
# For another address, such as --web.listen-address=:9100, give the same flag to the health check.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["/plimsoll", "health"]
ENTRYPOINT ["/plimsoll"]
