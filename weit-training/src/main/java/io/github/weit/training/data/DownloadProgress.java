package io.github.weit.training.data;

/** Told how a download gets on, on the thread that asked for it. */
@FunctionalInterface
public interface DownloadProgress {

  /** Says nothing. */
  DownloadProgress SILENT = (file, done, total) -> {};

  /**
   * @param file name of the file
   * @param done bytes received so far
   * @param total bytes in all, or -1 if the server does not say
   */
  void update(String file, long done, long total);
}
