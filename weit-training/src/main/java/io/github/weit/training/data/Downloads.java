package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Fetches files once. A file appears under its name only when it is complete and its checksum is
 * right; until then it has another name, and after an error nothing is left.
 */
final class Downloads {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Downloads() {}

  /**
   * The file in {@code folder}, fetched if it is not there.
   *
   * @throws WeitException if it cannot be had: with the address and the place to put it by hand
   */
  static Path fetch(RemoteFile file, Path folder, DownloadProgress progress) {
    return fetch(file, folder, progress, PATIENCE);
  }

  /**
   * The same.
   *
   * @param patience how long to wait for a connection, an answer and each next part of the file
   */
  static Path fetch(RemoteFile file, Path folder, DownloadProgress progress, Duration patience) {
    Path target = folder.resolve(file.name());
    if (Files.isRegularFile(target)) {
      return target;
    }
    try {
      Files.createDirectories(folder);
      Path part = AtomicFile.fresh(folder);
      try {
        String found = receive(file, part, progress, patience);
        if (!found.equals(file.sha256())) {
          throw new WeitException(
              ("%s from %s has the wrong checksum: expected SHA-256 %s, found %s; "
                      + "nothing was kept. %s")
                  .formatted(file.name(), file.uri(), file.sha256(), found, byHand(file, folder)));
        }
        return Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new WeitException(
          "Cannot fetch %s from %s: %s. %s"
              .formatted(file.name(), file.uri(), why, byHand(file, folder)),
          e);
    }
  }

  /** What to do where there is no network. */
  static String byHand(RemoteFile file, Path folder) {
    return "Fetch it on a machine with network and put it at %s (SHA-256 %s)"
        .formatted(folder.resolve(file.name()), file.sha256());
  }

  private static String receive(
      RemoteFile file, Path part, DownloadProgress progress, Duration patience) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NORMAL) // never from https to http
            .build();
    HttpRequest request = HttpRequest.newBuilder(file.uri()).timeout(patience).build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = new PatientStream(response.body(), patience)) {
        if (response.statusCode() != 200) {
          throw new IOException("the server answered " + response.statusCode());
        }
        long total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        return copy(body, part, file.name(), total, progress);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String copy(
      InputStream body, Path part, String name, long total, DownloadProgress progress)
      throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    progress.update(name, 0, total);
    try (OutputStream out = Files.newOutputStream(part)) {
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        digest.update(buffer, 0, n);
        done += n;
        progress.update(name, done, total);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
