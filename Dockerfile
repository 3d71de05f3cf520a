# Tatami's command line as an image: the HTTP service, or with other words a fleet's worker.
#
#     docker build -t tatami .
#     docker run -p 127.0.0.1:8080:8080 -e TATAMI_TOKEN -v tatami:/data tatami
#     docker run -e TATAMI_REDIS -v tatami:/data tatami fleet work --root /data
ARG NODE=22

FROM node:${NODE}-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund
RUN npx turbo run build --filter=@tatami/cli... --output-logs=errors-only
# what it runs with, without tools; FFmpeg for browsers is nothing for a server
RUN npm ci --no-audit --no-fund --omit=dev --workspace @tatami/cli && rm -r node_modules/@ffmpeg
RUN mkdir /app && mv package.json LICENSE node_modules packages /app && rm -r /app/packages/*/src

FROM node:${NODE}-slim
ENV NODE_ENV=production
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/packages/cli/bin/tatami.js"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--store", "/data/jobs"]
