FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY db db
COPY docs/problems docs/problems
COPY src/main src/main
# The cache keeps the libraries between builds; needs BuildKit, which is the default since Docker 23.
RUN --mount=type=cache,target=/root/.m2 mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package
COPY grapevine ./
RUN java -Djarmode=tools -jar target/grapevine.jar extract --destination app && bash -c '. ./grapevine && unsign "$PWD/app/lib"'

FROM eclipse-temurin:25-jre
# 1000 is taken in the base image; a high number belongs to nobody on the host either.
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin grapevine \
 && install -d -o grapevine -g grapevine -m 0700 /data \
 && install -d -o grapevine -g grapevine /app/aot
# Libraries change seldom, the program often: two layers.
COPY --from=build /build/app/lib /app/lib
COPY --from=build /build/app/grapevine.jar /app/grapevine.jar
COPY --chmod=0755 docker/healthcheck /app/healthcheck
USER 10001:10001
# One start is recorded, and its classes kept, linked (JEP 514), which halves the time of all later ones. Such a cache fits only the
# very JVM and jar it was made with, and the same kind of heap; so it is made here, and small. The node's log says whether it is used.
RUN XDG_CACHE_HOME=/tmp/train java -XX:+UseSerialGC -XX:ReservedCodeCacheSize=64m -XX:SweeperThreshold=100 -Xmx256m --enable-native-access=ALL-UNNAMED \
      -XX:AOTCacheOutput=/app/aot/start.aot -jar /app/grapevine.jar node --data-dir /tmp/train/data \
      --http-port 0 --management-port 0 --p2p-port 0 --stop-when-up >/tmp/train.log 2>&1 \
 || { tail -n 50 /tmp/train.log; exit 1; }; \
    rm -rf /tmp/train /tmp/train.log
WORKDIR /data
# In a container the port is reached from outside; elsewhere the node listens on the loopback address alone.
ENV GRAPEVINE_DATA_DIR=/data SERVER_ADDRESS=0.0.0.0
VOLUME /data
EXPOSE 8080/tcp 4001/udp 4001/tcp
HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=12 CMD ["/app/healthcheck"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/aot/start.aot", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=64m", "-XX:SweeperThreshold=100", "-XX:MaxRAMPercentage=60", "--enable-native-access=ALL-UNNAMED", "-jar", "/app/grapevine.jar"]
CMD ["node"]
