# The bot on Node 26 with production dependencies only. Build for other platforms with `docker buildx build --platform linux/amd64,linux/arm64 .`
FROM node:26-slim
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=ExperimentalWarning
# glibc otherwise keeps freed memory in an arena for each thread: resident memory then varies by 100 MB over thousands of questions.
ENV MALLOC_ARENA_MAX=2
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

COPY src ./src
COPY adapters ./adapters
COPY commands ./commands
COPY examples ./examples

# The embedded database; mount a volume here to keep it.
RUN mkdir data && chown node:node data
VOLUME /app/data
USER node
# Slack over HTTP, and the installation by several workspaces; Socket Mode needs no port.
EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["node", "src/main.ts", "health"]
CMD ["node", "src/main.ts"]
