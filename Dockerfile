# The image of the lab and of every reference peer. CONTRIBUTING.md says how it is used.
FROM denoland/deno:bin-2.9.6 AS deno

FROM debian:bookworm-slim
# A company's proxy may show a certificate that only the system knows.
ENV DENO_DIR=/deno-dir DENO_TLS_CA_STORE=system,mozilla DENO_NO_UPDATE_CHECK=1
RUN command -v ip > /dev/null || \
  { apt-get update -q && apt-get install -qy --no-install-recommends iproute2 ca-certificates && \
  rm -rf /var/lib/apt/lists/*; }
COPY --from=deno /deno /usr/local/bin/deno
WORKDIR /plumbline
COPY deno.json deno.lock ./
COPY captures captures
COPY peers peers
COPY suites suites
COPY lab lab
# All that a run imports, so that nothing is fetched later.
RUN deno cache --frozen lab/main.ts lab/commands/*.ts lab/peer_host.ts suites/registry.ts \
  suites/*/suite.ts && chmod -R a+rX /deno-dir && mkdir -m 1777 runs
ENTRYPOINT ["deno", "run", "-A", "--cached-only", "--no-prompt", "/plumbline/lab/main.ts"]
CMD ["--help"]
