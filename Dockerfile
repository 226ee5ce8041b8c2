# MediaServer in one container: build stage with npm, run stage with Node alone.
# Debian, not Alpine: the media libraries inside the npm packages are built for glibc.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image brings its own Node: the bundled one would only take space.
RUN npm run build && npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node

FROM node:26-bookworm-slim
WORKDIR /app
ENV MEDIASERVER_DATA=/data NODE_ENV=production
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8096
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8096/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Straight to the server: npm would stand between it and the signals that stop it.
CMD ["node", "server/main.ts"]
