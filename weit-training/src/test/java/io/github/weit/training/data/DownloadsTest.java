package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on the loopback interface. */
class DownloadsTest {
  @TempDir Path temp;
  private final byte[] content = new byte[200_000];
  private HttpServer server;
  private Path folder;
  private int requests;

  @BeforeEach
  void start() throws IOException {
    new Seed(7).generator().nextBytes(content);
    folder = temp.resolve("cifar10");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/good", exchange -> answer(exchange, 200, content.length));
    server.createContext("/absent", exchange -> answer(exchange, 404, -1));
    server.createContext("/stalled", this::stall);
    server.createContext("/cut", exchange -> answer(exchange, 200, content.length + 1));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange, int status, long length) throws IOException {
    requests++;
    try (exchange) {
      exchange.sendResponseHeaders(status, length);
      if (status == 200) {
        exchange.getResponseBody().write(content);
      }
    }
  }

  /** Says how much is to come, and sends a part of it. */
  private void stall(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, 3);
    exchange.getResponseBody().flush();
  }

  @Test
  void aServerThatFallsSilentIsGivenUp() throws IOException {
    RemoteFile silent = file("stalled", sha256());
    Downloads.fetch(file("good", sha256()), temp.resolve("warm"), DownloadProgress.SILENT);
    assertThatThrownBy(
            () -> Downloads.fetch(silent, folder, DownloadProgress.SILENT, Duration.ofSeconds(3)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("nothing came for 3 s", silent.uri().toString());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private RemoteFile file(String path, String sha256) {
    int port = server.getAddress().getPort();
    return new RemoteFile(
        "data.bin",
        URI.create(
            "http://%s:%d/%s"
                .formatted(InetAddress.getLoopbackAddress().getHostAddress(), port, path)),
        sha256);
  }

  private String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(RemoteFile file, String... parts) throws IOException {
    assertThatThrownBy(() -> Downloads.fetch(file, folder, DownloadProgress.SILENT))
        .isInstanceOf(WeitException.class)
        .message()
        .contains(parts)
        .contains(file.uri().toString(), folder.resolve("data.bin").toString(), file.sha256());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aGoodFileIsFetchedOnceWithProgress() throws IOException {
    List<Long> done = new ArrayList<>();
    DownloadProgress progress =
        (name, bytes, total) -> {
          assertThat(name).isEqualTo("data.bin");
          assertThat(total).isEqualTo(content.length);
          done.add(bytes);
        };
    Path first = Downloads.fetch(file("good", sha256()), folder, progress);
    Path second = Downloads.fetch(file("good", sha256()), folder, progress);
    assertThat(Files.readAllBytes(first)).isEqualTo(content);
    assertThat(second).isEqualTo(first).isEqualTo(folder.resolve("data.bin"));
    assertThat(requests).isEqualTo(1);
    assertThat(done).isSorted().startsWith(0L).endsWith((long) content.length);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aWrongChecksumLeavesNothingBehind() throws IOException {
    String wrong = "0".repeat(64);
    refused(file("good", wrong), "wrong checksum", "expected SHA-256 " + wrong, sha256());
  }

  @Test
  void aMissingFileSaysWhatTheServerAnsweredAndWhatToDo() throws IOException {
    refused(file("absent", sha256()), "answered 404", "Fetch it on a machine with network");
  }

  @Test
  void aTruncatedFileIsAnErrorAndLeavesNothingBehind() throws IOException {
    refused(file("cut", sha256()), "Cannot fetch data.bin");
  }

  @Test
  void withoutNetworkTheMessageNamesFileAddressAndFolder() throws IOException {
    RemoteFile file = file("good", sha256());
    server.stop(0);
    refused(file, "Cannot fetch data.bin", "Fetch it on a machine with network and put it at");
  }

  @Test
  void namesThatAreNoPlainFilesAreRefused() {
    URI uri = URI.create("https://localhost/");
    for (String name : List.of("../x", "a/b", "", ".x", "a\\b")) {
      assertThatThrownBy(() -> new RemoteFile(name, uri, "0".repeat(64)))
          .isInstanceOf(WeitException.class);
    }
    assertThatThrownBy(() -> new RemoteFile("x", uri, "abc")).isInstanceOf(WeitException.class);
  }

  /** A folder of data may be several users'. */
  @Test
  void whoMayReadAFileIsTheFoldersMatter() throws IOException {
    assumeTrue(Files.getFileStore(temp).supportsFileAttributeView("posix"));
    Path usual = Files.createFile(temp.resolve("usual"));
    Path fetched = Downloads.fetch(file("good", sha256()), folder, DownloadProgress.SILENT);
    assertThat(Files.getPosixFilePermissions(fetched))
        .isEqualTo(Files.getPosixFilePermissions(usual));
  }
}
