package io.github.weit.benchmarks.kernels;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Writing a model's file, forced to the disk and verified, against a plain forced write. */
@State(Scope.Thread)
public class ArtefactBenchmark {

  /** Width and depth. */
  @Param({"128x6", "192x12"})
  public String size;

  private NDManager manager;
  private SizedModel model;
  private Path folder;
  private Path file;
  private Path plain;
  private ByteBuffer bytes;

  @Setup
  public void open() throws IOException {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    model = SizedModel.random(Vit.small(32, 3, 10), Size.parse(size), manager, new Seed(0));
    folder = Files.createTempDirectory(Path.of("benchmarks", "target"), "artefacts");
    file = folder.resolve("model.safetensors");
    plain = folder.resolve("plain");
    model.artefact(Map.of()).save(file);
    bytes = ByteBuffer.allocateDirect(Math.toIntExact(Files.size(file)));
  }

  @TearDown
  public void close() throws IOException {
    manager.close();
    Files.deleteIfExists(file);
    Files.deleteIfExists(plain);
    Files.delete(folder);
  }

  @Benchmark
  public void write() {
    model.artefact(Map.of()).save(file);
  }

  @Benchmark
  @Yardstick
  public void plainWrite() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            plain,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      bytes.clear();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Every number of the file becomes an array. */
  @Benchmark
  public int read() {
    try (NDManager own = manager.newSubManager();
        SizedModel read = SizedModel.load(file, own)) {
      return read.weights().size();
    }
  }

  @Benchmark
  public int plainRead() throws IOException {
    return Files.readAllBytes(file).length;
  }
}
