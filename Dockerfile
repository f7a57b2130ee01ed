# The version is that of .deno-version; a test compares them, and the permissions with those of `deno task start`.
ARG DENO_VERSION=2.9.6

FROM denoland/deno:${DENO_VERSION} AS dependencies
WORKDIR /app
ENV DENO_DIR=/deno-dir
COPY deno.json deno.lock ./
COPY *.ts ./
COPY routes/ routes/
COPY consumers/ consumers/
COPY shared/ shared/
COPY console/ console/
COPY client/ client/
COPY scripts/healthcheck.ts scripts/build.ts scripts/terminal.ts scripts/
# Also what is loaded only when it is configured. Fails if the lock file does not hold everything.
RUN deno install --frozen --entrypoint main.ts scripts/healthcheck.ts && mkdir /data
# The page of the console, as files. What bundles it stays out of the image.
RUN DENO_DIR=/tmp/deno-dir deno run --frozen --no-prompt --allow-read --allow-write=console scripts/build.ts \
  --only-console --out console

# No shell, no package manager: Deno and what it needs.
FROM denoland/deno:distroless-${DENO_VERSION}
WORKDIR /app
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 DATA_DIR=/data PORT=8000
COPY --from=dependencies /deno-dir /deno-dir
COPY --from=dependencies /app /app
COPY --from=dependencies --chown=65532:65532 /data /data
USER 65532:65532
# The one place that is written to: the rest of the file system may be mounted read-only.
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["/bin/deno", "run", "--cached-only", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env=PORT", "scripts/healthcheck.ts"]
ENTRYPOINT ["/bin/deno", "run", "--cached-only", "--no-prompt", "--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-sys=homedir,hostname,networkInterfaces,statfs", "main.ts"]
