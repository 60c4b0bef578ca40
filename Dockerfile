# The whole image is one static program with the certificates and time zones that it needs: no shell, no package manager,
# no root.

FROM rust:1-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates musl-tools tzdata \
 && rm -rf /var/lib/apt/lists/*
# One target per platform: ring's C parts are compiled by musl-gcc.
RUN rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    target="$(uname -m)-unknown-linux-musl" \
 && cargo build --release --locked --target "$target" \
 && install -D "target/$target/release/snapwarden" /image/snapwarden
# A folder for the state that the program may write to, and one for what is temporary (the demo's state).
RUN install -d /state \
 && install -d -m 1777 /image/tmp \
 && install -D /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && install -d /image/usr/share \
 && cp -r /usr/share/zoneinfo /image/usr/share/zoneinfo

FROM scratch
COPY --from=build /image /
COPY --from=build --chown=65532:65532 /state /var/lib/snapwarden
USER 65532:65532
VOLUME /var/lib/snapwarden
# The console and the health listener, as the commands below and config/snapwarden.example.toml have them.
EXPOSE 8080 8081
# `run` answers on [http] listen; set SNAPWARDEN_HEALTH_URL where that is another port, or for the demo.
ENV SNAPWARDEN_HEALTH_URL=http://127.0.0.1:8081/healthz
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/snapwarden", "health"]
ENTRYPOINT ["/snapwarden"]
CMD ["run", "--config", "/etc/snapwarden/snapwarden.toml"]
