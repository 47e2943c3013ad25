# The images of the lab and of the reference peers: README.md says how they are used.
FROM denoland/deno:bin-2.9.6 AS deno

FROM debian:bookworm-slim AS plumbline
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

# A reference peer, which waits for a lab.
FROM plumbline AS peer
ENTRYPOINT ["/plumbline/lab/devices/container/agent.sh", "--reference", "deno", "run", "-A", \
  "--cached-only", "--no-prompt", "/plumbline/lab/peer_host.ts", "--wait", \
  "file:///plumbline/suites/registry.ts"]

# The command line, and with it the lab.
FROM plumbline AS lab
ENTRYPOINT ["deno", "run", "-A", "--cached-only", "--no-prompt", "/plumbline/lab/main.ts"]
CMD ["--help"]
